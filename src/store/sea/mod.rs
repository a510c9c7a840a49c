//! The SeaORM store.
