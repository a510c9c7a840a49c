//! Browsers that an account was signed in to with before.

use crate::auth::throttle::Guesser;
use crate::auth::{Accounts, Error};
use crate::crypto::device::Device;
use crate::crypto::throttle_key;
use crate::domain::credentials::Username;
use crate::domain::user::User;

impl Accounts {
    /// Returns which count of failures a login belongs to, from the request alone.
    pub(super) fn guesser(&self, typed: &str, devices: &[Device]) -> Guesser {
        let ring = self.0.tokens.ring();
        let known = Username::parse(typed).ok().and_then(|username| {
            let name = username.key();
            let device = Device::find(devices, &ring, &name, self.now())?;
            Some(throttle_key::for_device(&ring, device, &name))
        });
        known.map_or_else(
            || Guesser::AnyClient(throttle_key::for_username(&ring, typed)),
            Guesser::KnownDevice,
        )
    }

    /// Returns the browser after a login of `user`: the one that knows the account, else one that
    /// is known to others, else a new one.
    pub(super) fn device_after_login(
        &self,
        devices: &[Device],
        user: &User,
    ) -> Result<Device, Error> {
        let (ring, name, now) = (self.0.tokens.ring(), user.username.key(), self.now());
        let known = Device::find(devices, &ring, &name, now).or(devices.first());
        let device = known.cloned().map_or_else(Device::new, Ok)?;
        Ok(device.after_login(&ring, &name, now))
    }
}
