//! SIGHUP: reloads the signing keys from the current configuration.
//!
//! The whole configuration is read and validated, as at the start; only the keys take effect.
//! Problems are logged, and the keys in force then stay.

#[cfg(unix)]
pub(in crate::cli) use self::unix::HangupSignal;

/// This platform has no such signal.
#[cfg(not(unix))]
pub(in crate::cli) struct HangupSignal;

#[cfg(not(unix))]
impl HangupSignal {
    pub(in crate::cli) fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    pub(in crate::cli) fn reload(self) -> rocket::fairing::AdHoc {
        rocket::fairing::AdHoc::on_liftoff("rocket-accounts: reload", |_| Box::pin(async {}))
    }
}

#[cfg(unix)]
mod unix {
    use std::io;

    use rocket::fairing::AdHoc;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::accounts::Accounts;
    use crate::cli::context;
    use crate::config::deployment_check::{Finding, of_key_file};
    use rocket_accounts_core::crypto::keyring::KeyRing;

    /// The signal, which no longer ends the process.
    pub(in crate::cli) struct HangupSignal(Signal);

    impl HangupSignal {
        /// Begins to listen. Signals that arrive before [`reload`](Self::reload) handles them are
        /// kept until then, as one.
        pub(in crate::cli) fn listen() -> io::Result<Self> {
            // How many threads the service's own runtime has is not known yet. Signals go to
            // whichever runtime there is, and wait for one while there is none.
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build()?;
            let _entered = runtime.enter();
            Ok(Self(signal(SignalKind::hangup())?))
        }

        /// Reloads at each signal, from the start of serving on.
        pub(in crate::cli) fn reload(mut self) -> AdHoc {
            AdHoc::on_liftoff("rocket-accounts: reload", |rocket| {
                let accounts = rocket.state::<Accounts>().cloned();
                let shutdown = rocket.shutdown();
                Box::pin(async move {
                    let Some(accounts) = accounts else { return };
                    let repeat = async move {
                        while self.0.recv().await.is_some() {
                            reload(&accounts).await;
                        }
                    };
                    tokio::spawn(async move {
                        tokio::select! {
                            () = shutdown => {}
                            () = repeat => {}
                        }
                    });
                })
            })
        }
    }

    async fn reload(accounts: &Accounts) {
        match accounts.replace_keys(read).await {
            Ok(ring) => {
                let others: Vec<_> = ring.others.iter().map(ToString::to_string).collect();
                let (active, others) = (ring.active, others.join(" "));
                tracing::info!(event = "keys_reloaded", %active, others, "signing keys reloaded");
            }
            Err(error) => {
                let source = error.source().map(tracing::field::display);
                tracing::error!(
                    event = "keys_refused",
                    cause = %error,
                    source,
                    "the signing keys were not reloaded; the previous ones stay in force"
                );
            }
        }
    }

    /// Reads the key ring from files, which may block.
    fn read() -> anyhow::Result<KeyRing> {
        let (settings, _) = context::settings(&context::figment())?;
        let ring = settings.keys.reload()?;
        of_key_file(&settings.keys).iter().for_each(Finding::warn);
        Ok(ring)
    }
}
