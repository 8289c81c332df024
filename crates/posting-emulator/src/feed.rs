//! A feed: one table of the source and the stream that its rows are posted to.

/// One table whose rows become the records of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// A short name for reports, such as `pin`.
    pub label: String,
    /// The table in the source database.
    pub table: String,
    /// The column whose value is the record's partition key.
    pub key_column: String,
    /// The stream that the rows are posted to.
    pub stream: String,
}

impl Feed {
    /// The three feeds of the Pinterest example: `pinterest_data` to `streaming-<user_id>-pin`, `geolocation_data` to
    /// `..-geo` and `user_data` to `..-user`.
    pub fn pinterest(user_id: &str) -> Vec<Self> {
        let feed = |label: &str, table: &str, key_column: &str| Self {
            label: label.to_owned(),
            table: table.to_owned(),
            key_column: key_column.to_owned(),
            stream: format!("streaming-{user_id}-{label}"),
        };
        vec![
            feed("pin", "pinterest_data", "index"),
            feed("geo", "geolocation_data", "ind"),
            feed("user", "user_data", "ind"),
        ]
    }
}
