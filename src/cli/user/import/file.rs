//! Reads rows from CSV, JSON lines, or the array of `manage.py dumpdata`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context as _, bail};
use csv::StringRecord;
use serde_json::{Map, Value};

use super::row::{REQUIRED, Reason, Row};

/// The longest line of JSON, in bytes: a row of `auth_user` has a few thousand at most.
const MAX_LINE: u64 = 1024 * 1024;
/// The model of a fixture that holds users.
const MODEL: &str = "auth.user";

/// A row, and its position in the file.
pub(super) struct Found {
    /// Line, or in an array the element, from 1.
    pub(super) at: u64,
    pub(super) row: Result<Row, Reason>,
}

/// A file of users, read a row at a time (an array as a whole).
pub(super) struct UserFile {
    rows: Rows,
    ignored: BTreeSet<String>,
    other_models: u64,
}

enum Rows {
    Csv {
        header: Vec<String>,
        reader: Box<csv::Reader<BufReader<File>>>,
        record: StringRecord,
    },
    Lines {
        reader: BufReader<File>,
        at: u64,
    },
    Array {
        values: std::vec::IntoIter<Value>,
        at: u64,
    },
}

impl UserFile {
    /// Opens the file; its first character determines the format.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let file = File::open(path).with_context(|| format!("{name} cannot be opened"))?;
        let mut reader = BufReader::new(file);
        let first = look_at_start(&mut reader).with_context(|| format!("{name} cannot be read"))?;
        let rows = match first {
            None => bail!("{name} is empty"),
            Some(b'[') => {
                let values: Vec<Value> = serde_json::from_reader(reader)
                    .with_context(|| format!("{name} is not a complete JSON array"))?;
                Rows::Array {
                    values: values.into_iter(),
                    at: 0,
                }
            }
            Some(b'{') => Rows::Lines { reader, at: 0 },
            Some(_) => open_csv(reader).with_context(|| format!("{name} cannot be read as CSV"))?,
        };
        Ok(Self {
            rows,
            ignored: BTreeSet::new(),
            other_models: 0,
        })
    }

    /// Returns the columns that were not used so far.
    pub(super) fn ignored(&self) -> &BTreeSet<String> {
        &self.ignored
    }

    /// Returns how many objects of other models were skipped so far.
    pub(super) fn other_models(&self) -> u64 {
        self.other_models
    }

    /// Returns the next row; `None` at the end.
    ///
    /// # Errors
    /// If the file itself cannot be read further.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<Found>> {
        loop {
            let (at, value) = match &mut self.rows {
                Rows::Csv {
                    header,
                    reader,
                    record,
                } => {
                    let Some((at, read)) = next_record(reader, record)? else {
                        return Ok(None);
                    };
                    let row = read.and_then(|()| pair_up(header, record));
                    let row = row.map(|columns| Row::new(columns, &mut self.ignored));
                    return Ok(Some(Found { at, row }));
                }
                Rows::Lines { reader, at } => match next_line(reader, at)? {
                    Some(value) => (*at, value),
                    None => return Ok(None),
                },
                Rows::Array { values, at } => match values.next() {
                    Some(value) => {
                        *at += 1;
                        (*at, Ok(value))
                    }
                    None => return Ok(None),
                },
            };
            let row = match value.and_then(as_user) {
                Ok(Some(fields)) => Ok(Row::from_json(fields, &mut self.ignored)),
                Ok(None) => {
                    self.other_models += 1;
                    continue;
                }
                Err(reason) => Err(reason),
            };
            return Ok(Some(Found { at, row }));
        }
    }
}

/// Returns the first byte that is not blank, which determines the format. Afterwards the reader is
/// at the beginning, after a byte order mark.
fn look_at_start(reader: &mut BufReader<File>) -> std::io::Result<Option<u8>> {
    let mut mark = Vec::new();
    reader.by_ref().take(3).read_to_end(&mut mark)?;
    let start = if mark == b"\xef\xbb\xbf" { 3 } else { 0 };
    reader.seek(SeekFrom::Start(start))?;
    let first = loop {
        match reader.fill_buf()?.first() {
            Some(byte) if byte.is_ascii_whitespace() => reader.consume(1),
            first => break first.copied(),
        }
    };
    reader.seek(SeekFrom::Start(start))?;
    Ok(first)
}

fn open_csv(reader: BufReader<File>) -> anyhow::Result<Rows> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
    let header: Vec<_> = reader.headers()?.iter().map(str::to_owned).collect();
    for column in REQUIRED {
        if !header.iter().any(|name| name == column) {
            bail!("its first line must name the columns, and {column} is missing");
        }
    }
    Ok(Rows::Csv {
        header,
        reader: Box::new(reader),
        record: StringRecord::new(),
    })
}

/// Reads into `record`; returns the line on which it began, and whether it is valid.
fn next_record(
    reader: &mut csv::Reader<BufReader<File>>,
    record: &mut StringRecord,
) -> anyhow::Result<Option<(u64, Result<(), Reason>)>> {
    match reader.read_record(record) {
        Ok(false) => Ok(None),
        Ok(true) => Ok(Some((
            record.position().map_or(0, csv::Position::line),
            Ok(()),
        ))),
        Err(error) if error.is_io_error() => Err(error.into()),
        Err(error) => {
            let at = error.position().map_or(0, csv::Position::line);
            Ok(Some((at, Err(Reason::Unreadable("not UTF-8".into())))))
        }
    }
}

fn pair_up(header: &[String], record: &StringRecord) -> Result<Vec<(String, String)>, Reason> {
    if record.len() != header.len() {
        let (have, want) = (record.len(), header.len());
        return Err(Reason::Unreadable(format!(
            "{have} fields instead of {want}"
        )));
    }
    let values = record.iter().map(str::to_owned);
    Ok(header.iter().cloned().zip(values).collect())
}

/// Returns the next line that is not blank, as JSON; counts lines.
fn next_line(
    reader: &mut BufReader<File>,
    at: &mut u64,
) -> anyhow::Result<Option<Result<Value, Reason>>> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.take(MAX_LINE).read_until(b'\n', &mut line)?;
        if length == 0 {
            return Ok(None);
        }
        *at += 1;
        if !line.ends_with(b"\n") && length as u64 == MAX_LINE {
            bail!("line {at} is longer than {MAX_LINE} bytes");
        }
        if !line.trim_ascii().is_empty() {
            // The error contains the position and what was expected, never the value.
            return Ok(Some(
                serde_json::from_slice(&line).map_err(Reason::unreadable),
            ));
        }
    }
}

/// Returns the columns of a flat row, or the fields of a fixture's user; `None` for another model.
fn as_user(value: Value) -> Result<Option<Map<String, Value>>, Reason> {
    let Value::Object(mut object) = value else {
        return Err(Reason::Unreadable("not a JSON object".into()));
    };
    match (
        object.get("model").and_then(Value::as_str),
        object.get("fields"),
    ) {
        (None, None) => Ok(Some(object)),
        (Some(MODEL), Some(Value::Object(_))) => match object.remove("fields") {
            Some(Value::Object(mut fields)) => {
                // In fixtures the identifier is beside the fields.
                if let Some(id) = object.remove("pk") {
                    fields.insert("id".to_owned(), id);
                }
                Ok(Some(fields))
            }
            _ => Err(Reason::Unreadable("its fields are not an object".into())),
        },
        (Some(MODEL), _) => Err(Reason::Unreadable("its fields are not an object".into())),
        (Some(_), _) => Ok(None),
        (None, Some(_)) => Err(Reason::Unreadable("fields without a model".into())),
    }
}
