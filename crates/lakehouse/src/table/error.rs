//! What can be wrong with a Delta table before a row is written to it.

use deltalake::DeltaTableError;

/// Why a Delta table could not be opened, made or read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The address is of no store that this program was built with, or malformed.
    #[error("table {table}: cannot be reached from this program: {source}")]
    Location {
        /// Address of the table.
        table: String,
        /// delta-rs's own words.
        source: Box<DeltaTableError>,
    },
    /// There is no Delta table.
    #[error("table {table}: there is no Delta table here")]
    NotFound {
        /// Address of the table.
        table: String,
    },
    /// Reading or making the table failed.
    #[error("table {table}: {doing} failed: {source}")]
    Delta {
        /// Address of the table.
        table: String,
        /// What was being done: `loading it`, `making it`.
        doing: &'static str,
        /// delta-rs's own words.
        source: Box<DeltaTableError>,
    },
    /// Reading rows failed.
    #[error("table {table}: reading its rows failed: {source}")]
    Read {
        /// Address of the table.
        table: String,
        /// DataFusion's own words.
        source: Box<datafusion::error::DataFusionError>,
    },
    /// A column of the rows has a type that a table every reader can read must not have.
    #[error("table {table}: column {column:?} has type {found}, {advice}")]
    ColumnType {
        /// Address of the table.
        table: String,
        /// Name of the column.
        column: String,
        /// Its type, in Arrow's words.
        found: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The table has other columns than the rows.
    #[error(
        "table {table}: its columns are not those of the pipeline: {difference}; change the SQL back, or send the pipeline to a new table"
    )]
    SchemaDiffers {
        /// Address of the table.
        table: String,
        /// The first difference, naming both sides.
        difference: String,
    },
    /// The table forgets old transactions, and with them how far it has read.
    #[error(
        "table {table}: its property delta.setTransactionRetentionDuration is {value:?}, which makes the table forget how far it has read; remove the property"
    )]
    TransactionRetention {
        /// Address of the table.
        table: String,
        /// Value of the property.
        value: String,
    },
    /// The table asks more of a writer than this program can do.
    #[error("table {table}: it cannot be written by this program: {source}")]
    Protocol {
        /// Address of the table.
        table: String,
        /// delta-rs's own words.
        source: Box<DeltaTableError>,
    },
}

impl TableError {
    /// Says whether trying again later could help.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Delta { .. } | Self::Read { .. })
    }
}
