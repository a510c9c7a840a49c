//! The table of the key ring in force: one row.

use sea_orm::entity::prelude::*;

use rocket_accounts_core::domain::ring::{KeyId, RingIds};
use rocket_accounts_core::store::RingRecord;

/// The key of the only row.
pub(crate) const ROW: i32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts_key_ring")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i32,
    pub(crate) revision: i64,
    pub(crate) active: String,
    /// Names with a space between them, which no name holds.
    pub(crate) others: String,
    pub(crate) changed_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for RingRecord {
    fn from(row: Model) -> Self {
        let names = row.others.split_whitespace();
        Self {
            revision: row.revision,
            ring: RingIds {
                active: KeyId::from(row.active),
                others: names.map(|name| KeyId::from(name.to_owned())).collect(),
            },
        }
    }
}

/// Returns the names as the column holds them.
pub(crate) fn joined(names: &[KeyId]) -> String {
    let names: Vec<_> = names.iter().map(KeyId::as_str).collect();
    names.join(" ")
}
