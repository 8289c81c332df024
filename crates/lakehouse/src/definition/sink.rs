//! The sink of a pipeline: the Delta table for its rows, and what becomes of the records that give none.

use url::Url;

/// Where a pipeline's rows go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkOptions {
    /// Directory of the Delta table: `file:///..`, or any object store that delta-rs reaches.
    pub table: Url,
    /// What becomes of records that cannot be cleaned.
    pub quarantine: QuarantineOptions,
}

impl SinkOptions {
    /// A table with a quarantine beside it: the directory of the same name and `_quarantine`.
    pub fn new(table: Url) -> Self {
        let mut beside = table.clone();
        beside.set_path(&format!("{}_quarantine/", table.path().trim_end_matches('/')));
        Self { table, quarantine: QuarantineOptions::Table(beside) }
    }
}

/// What becomes of records that cannot be cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuarantineOptions {
    /// Kept raw, with the reason, in a Delta table of their own in this directory.
    Table(Url),
    /// Counted and dropped.
    Drop,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarantine_stands_beside_its_table() {
        let sink = SinkOptions::new("file:///data/tables/pin%20table/".parse().unwrap());
        let QuarantineOptions::Table(quarantine) = sink.quarantine else { panic!("a table") };
        assert_eq!(quarantine.as_str(), "file:///data/tables/pin%20table_quarantine/");
    }
}
