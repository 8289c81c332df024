//! Which tables a query can name.

use std::path::Path;

use url::Url;

use super::QueryError;

/// A Delta table and the name that queries give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableEntry {
    /// Name in SQL.
    pub name: String,
    /// Directory of the table.
    pub location: Url,
}

/// The tables that queries can name, in name order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableCatalog {
    tables: Vec<TableEntry>,
}

impl TableCatalog {
    /// A catalog of these tables; of two with one name the first counts.
    pub fn new(tables: impl IntoIterator<Item = TableEntry>) -> Self {
        let mut tables: Vec<_> = tables.into_iter().collect();
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        tables.dedup_by(|b, a| a.name == b.name);
        Self { tables }
    }

    /// Every directory directly under `directory` that holds a Delta log, by its own name. A directory that is not there
    /// has no tables. Blocks on the disk.
    pub fn under(directory: &Path) -> Result<Self, QueryError> {
        let list = |source| QueryError::List { source };
        let directory = std::path::absolute(directory).map_err(list)?;
        let entries = match fs_err::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(list(error)),
        };
        let mut tables = Vec::new();
        for entry in entries {
            let entry = entry.map_err(list)?;
            let path = entry.path();
            if !path.join("_delta_log").is_dir() {
                continue;
            }
            let named = (entry.file_name().into_string().ok(), Url::from_directory_path(&path).ok());
            if let (Some(name), Some(location)) = named {
                tables.push(TableEntry { name, location });
            }
        }
        Ok(Self::new(tables))
    }

    /// The tables, in name order.
    pub fn tables(&self) -> &[TableEntry] {
        &self.tables
    }

    /// The table of this name.
    pub(super) fn get(&self, name: &str) -> Result<&TableEntry, QueryError> {
        let found = self.tables.iter().find(|table| table.name == name);
        found.ok_or_else(|| QueryError::UnknownTable { name: name.to_owned(), hint: self.hint(name) })
    }

    fn hint(&self, name: &str) -> String {
        if self.tables.is_empty() {
            return "; there are no tables yet".to_owned();
        }
        let names: Vec<&str> = self.tables.iter().map(|table| table.name.as_str()).collect();
        let closest = names
            .iter()
            .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
        let meant = closest.filter(|table| strsim::jaro_winkler(name, table) > 0.7);
        let meant = meant.map_or(String::new(), |table| format!("; did you mean {table:?}?"));
        let separator = if meant.is_empty() { ";" } else { "" };
        format!("{meant}{separator} the tables are {}", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_table_is_answered_with_the_closest_and_all() {
        let entry =
            |name: &str| TableEntry { name: name.into(), location: Url::parse("file:///x/").expect("a URL") };
        let catalog = TableCatalog::new([entry("0a1_pin_table"), entry("0a1_geo_table")]);
        let said = |name| catalog.get(name).expect_err("unknown").to_string();
        assert_eq!(
            said("0a1_pins_table"),
            "there is no table \"0a1_pins_table\"; did you mean \"0a1_pin_table\"? the tables are 0a1_geo_table, 0a1_pin_table"
        );
        assert_eq!(said("zzz"), "there is no table \"zzz\"; the tables are 0a1_geo_table, 0a1_pin_table");
        let empty = TableCatalog::default().get("t").expect_err("unknown").to_string();
        assert_eq!(empty, "there is no table \"t\"; there are no tables yet");
    }
}
