//! Use cases of signing keys: replacing them, and comparing them with those of other replicas.

mod reader;
mod registry;

pub use reader::KeyReadError;
pub use registry::KeyRingRegistry;
