//! Floor 1: everything that needs a secret or chance.

pub mod password;
