//! `user import`: users of another program.
//!
//! Every row is one insert, and an existing name is left unchanged: an interrupted run can be
//! repeated.

mod file;
mod mapping;
mod row;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::mem::discriminant;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;

use self::file::UserFile;
use self::mapping::Mapping;
use self::row::{Reason, Row};
use crate::accounts::Accounts;
use crate::cli::context::{self, print_line};
use rocket_accounts_core::auth::{Imported, MovedAccount};
use rocket_accounts_core::crypto::password::ImportedCost;
use rocket_accounts_core::domain::credentials::UsernameKey;
use rocket_accounts_core::domain::user::UserId;
use rocket_accounts_core::store::UserStore as _;
use rocket_accounts_store_sea::SeaStore;

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// Rows of Django's `auth_user`: CSV with a header, JSON lines, or what
    /// `manage.py dumpdata auth.user` writes
    #[arg(long, value_name = "FILE")]
    from_django: PathBuf,
    /// Check every row and write nothing, not even a missing database, schema or key
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Write a CSV file that maps old ids to new identifiers, including users that existed before
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    mapping: Option<PathBuf>,
}

/// The results of the rows.
#[derive(Debug, Default)]
struct ImportCounts {
    created: u64,
    existed: u64,
    rejected: u64,
    without_password: u64,
    costs: BTreeMap<ImportedCost, u64>,
}

/// Imports the users of a file.
pub(in crate::cli) async fn run(accounts: &Accounts, import: &Import) -> anyhow::Result<()> {
    import_to(&Target::Accounts(accounts), import).await
}

/// Reports what an import would do.
pub(in crate::cli) async fn rehearse(import: &Import) -> anyhow::Result<()> {
    let Some((store, database)) = context::existing_users().await? else {
        return import_to(&Target::Nothing, import).await;
    };
    let done = import_to(&Target::ReadOnly(&store), import).await;
    database.close().await;
    done
}

async fn import_to(target: &Target<'_>, import: &Import) -> anyhow::Result<()> {
    let mut file = UserFile::open(&import.from_django)?;
    let mut names = HashSet::new();
    let mut counts = ImportCounts::default();
    let mut mapping = import.mapping.as_deref().map(Mapping::create).transpose()?;
    while let Some(found) = file.next()? {
        let at = found.at;
        let name = found.row.as_ref().ok().and_then(|row| row.username().ok());
        let name = name.map_or_else(|| "-".to_owned(), |name| name.to_string());
        let checked = found.row.and_then(|row| {
            let old_id = mapping.as_ref().map(|_| row.id().map(str::to_owned));
            Ok((check(&row, &mut names)?, old_id.transpose()?))
        });
        match checked {
            Ok(((account, cost), old_id)) => {
                let has_password = account.password_hash.is_some();
                let done = target.take(account).await;
                // Rows imported until here stay, and are skipped by the next run.
                let done = done.with_context(|| format!("stopped at row {at}"))?;
                if let (Some(mapping), Some(old_id), Some(id)) = (&mut mapping, old_id, done.id) {
                    mapping.note(&old_id, id, &name)?;
                }
                if done.existed {
                    print_report_line(format_args!("exists    {at}  {name}"))?;
                    counts.existed += 1;
                    continue;
                }
                counts.created += 1;
                counts.without_password += u64::from(!has_password);
                if let Some(cost) = cost {
                    *counts.costs.entry(cost).or_default() += 1;
                }
            }
            Err(reason) => {
                print_report_line(format_args!("rejected  {at}  {name}  {reason}"))?;
                counts.rejected += 1;
            }
        }
    }
    if let Some(mapping) = mapping {
        mapping.finish()?;
    }
    report(&counts, &file, import.dry_run)?;
    match counts.rejected {
        0 => Ok(()),
        1 => bail!("1 row was rejected; see the report"),
        many => bail!("{many} rows were rejected; see the report"),
    }
}

type Checked = (MovedAccount, Option<ImportedCost>);

/// Returns the user, if no row before has the name: names that differ in letter case are two users
/// to Django, and it is ambiguous which of them keeps the name.
fn check(row: &Row, names: &mut HashSet<UsernameKey>) -> Result<Checked, Reason> {
    let checked = row.check()?;
    if !names.insert(checked.0.username.key()) {
        return Err(Reason::Repeated);
    }
    Ok(checked)
}

/// The actual or expected result of a valid row.
struct Taken {
    existed: bool,
    /// `None` in a dry run.
    id: Option<UserId>,
}

/// The destination of the users.
enum Target<'a> {
    Accounts(&'a Accounts),
    /// A dry run beside existing users.
    ReadOnly(&'a SeaStore),
    /// A dry run without existing users.
    Nothing,
}

impl Target<'_> {
    async fn take(&self, account: MovedAccount) -> anyhow::Result<Taken> {
        let (existed, id) = match self {
            Self::Accounts(accounts) => match accounts.import_user(account).await? {
                Imported::Created(id) => (false, Some(id)),
                Imported::Existed(id) => (true, Some(id)),
            },
            Self::ReadOnly(store) => {
                let found = store.find_account(&account.username.key()).await?;
                (found.is_some(), None)
            }
            Self::Nothing => (false, None),
        };
        Ok(Taken { existed, id })
    }
}

/// Writes a line of the report. Unlike other commands this one fails when its output is closed:
/// rows would be missing.
fn print_report_line(line: impl Display) -> anyhow::Result<()> {
    print_line(line).map_err(|error| anyhow!("cannot write the report; aborting: {error}"))
}

fn report(counts: &ImportCounts, file: &UserFile, dry_run: bool) -> anyhow::Result<()> {
    let ImportCounts {
        created,
        existed,
        rejected,
        without_password,
        costs,
    } = counts;
    for (cost, count) in costs {
        print_report_line(format_args!("hashes    {count} {cost}"))?;
    }
    if *without_password > 0 {
        print_report_line(format_args!(
            "hashes    {without_password} users have no password and cannot sign in with one"
        ))?;
    }
    if !file.ignored().is_empty() {
        let names: Vec<_> = file.ignored().iter().map(String::as_str).collect();
        print_report_line(format_args!(
            "ignored   columns {}",
            names.join(", ").escape_debug()
        ))?;
    }
    if file.other_models() > 0 {
        print_report_line(format_args!(
            "ignored   {} objects of other models",
            file.other_models()
        ))?;
    }
    let would = if dry_run { "would be " } else { "" };
    print_report_line(format_args!(
        "{created} {would}imported, {existed} existed, {rejected} rejected"
    ))?;
    if let (Some(cost), false) = (advisable(costs), dry_run) {
        print_report_line(format_args!(
            "until most of them have signed in, set ACCOUNTS_PASSWORD__IMPORTED_COST='{cost}', \
             or the time of a failed login reveals which usernames exist (docs/moving-from-django.md)"
        ))?;
    }
    Ok(())
}

/// Returns the highest cost of the commonest format: cheaper hashes are topped up to it, so it
/// hides the most.
fn advisable(costs: &BTreeMap<ImportedCost, u64>) -> Option<ImportedCost> {
    let of_format = |cost: &ImportedCost| -> u64 {
        let same = |(other, _): &(&ImportedCost, &u64)| discriminant(*other) == discriminant(cost);
        costs.iter().filter(same).map(|(_, count)| count).sum()
    };
    costs
        .keys()
        .copied()
        .max_by_key(|cost| (of_format(cost), *cost))
}
