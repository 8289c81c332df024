//! `alluvium sql`: one query over the Delta tables.

use std::io::Read;
use std::path::{Path, PathBuf};

use alluvium_lakehouse::{QueryError, QueryOptions, TableCatalog, query};

use crate::config::{Config, ConfigOverrides};
use crate::failure::Failure;
use crate::progress;

/// The longest query file that is read.
const QUERY_FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The example's queries by their names.
const EXAMPLE_QUERIES: &[(&str, &str)] = &[
    (
        "popular-category-by-country",
        include_str!("../../../../examples/pinterest/queries/popular-category-by-country.sql"),
    ),
    (
        "popular-category-by-year",
        include_str!("../../../../examples/pinterest/queries/popular-category-by-year.sql"),
    ),
    (
        "most-followed-by-country",
        include_str!("../../../../examples/pinterest/queries/most-followed-by-country.sql"),
    ),
    (
        "most-followed-country",
        include_str!("../../../../examples/pinterest/queries/most-followed-country.sql"),
    ),
    (
        "popular-category-by-age-group",
        include_str!("../../../../examples/pinterest/queries/popular-category-by-age-group.sql"),
    ),
    (
        "median-followers-by-age-group",
        include_str!("../../../../examples/pinterest/queries/median-followers-by-age-group.sql"),
    ),
    ("users-joined-by-year", include_str!("../../../../examples/pinterest/queries/users-joined-by-year.sql")),
    (
        "median-followers-by-joining-year",
        include_str!("../../../../examples/pinterest/queries/median-followers-by-joining-year.sql"),
    ),
    (
        "median-followers-by-joining-year-and-age-group",
        include_str!(
            "../../../../examples/pinterest/queries/median-followers-by-joining-year-and-age-group.sql"
        ),
    ),
];

/// The arguments of `sql`.
#[derive(Debug, clap::Args)]
pub(crate) struct SqlArgs {
    /// One SELECT (or SHOW TABLES, DESCRIBE, EXPLAIN)
    #[arg(value_name = "SQL", required_unless_present_any = ["file", "query"])]
    sql: Option<String>,
    /// Runs the query in this file; ${user_id} in it is the configuration's
    #[arg(long, value_name = "FILE", conflicts_with = "sql")]
    file: Option<PathBuf>,
    /// Runs one of the example's queries (examples/pinterest/queries); any other name lists them
    #[arg(long, value_name = "NAME", conflicts_with_all = ["sql", "file"])]
    query: Option<String>,
    /// Configuration whose data directory is read [default: alluvium.yaml, else alluvium-data]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory; its tables/ hold the Delta tables
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// How the rows are printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The same as --format json: one JSON object per row
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// The most rows that are printed; what is left out is said on stderr
    #[arg(long, default_value_t = 100_000)]
    max_rows: usize,
}

/// How the rows of a result are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Aligned columns, for people.
    Table,
    /// With a header.
    Csv,
    /// One object per row.
    Json,
}

/// Runs the command.
pub(crate) async fn run(args: SqlArgs) -> Result<(), Failure> {
    let overrides = ConfigOverrides { data_dir: args.data_dir.clone(), ..ConfigOverrides::default() };
    let config = Config::load(args.config.as_deref(), &overrides)?;
    let text = text(&args, &config)?;
    let tables_dir = config.tables_dir();
    let catalog = tokio::task::spawn_blocking(move || TableCatalog::under(&tables_dir)).await??;
    let options = QueryOptions { rows_max: args.max_rows, ..QueryOptions::default() };
    let result = query(&catalog, &text, &options).await.map_err(failure_of)?;

    let format = if args.json { Format::Json } else { args.format };
    let text = match format {
        Format::Table => result.to_table()? + "\n",
        Format::Csv => text_of(|out| result.write_csv(out))?,
        Format::Json => text_of(|out| result.write_json_lines(out))?,
    };
    progress::result_text(&text)?;
    if result.is_cut() {
        progress::note(&format!("there are more than {} rows; --max-rows prints more", args.max_rows));
    }
    Ok(())
}

/// What is to be run: as it stands on the command line, or a file's text after substitution.
fn text(args: &SqlArgs, config: &Config) -> Result<String, Failure> {
    let (origin, text) = match (&args.sql, &args.file, &args.query) {
        (Some(sql), ..) => return Ok(sql.clone()),
        (_, Some(file), _) => (file.display().to_string(), read(file)?),
        (_, _, Some(name)) => (name.clone(), example_query(name)?.to_owned()),
        (None, None, None) => return Err(Failure::usage("give a query, --file or --query")),
    };
    config.substituted(&text).map_err(|message| Failure::usage(format!("{origin}: {message}")))
}

fn read(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let opened = fs_err::File::open(file).map_err(Failure::usage_from)?;
    opened.take(QUERY_FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(Failure::usage_from)?;
    if text.len() as u64 > QUERY_FILE_BYTES_MAX {
        return Err(Failure::usage(format!("{}: longer than {QUERY_FILE_BYTES_MAX} bytes", file.display())));
    }
    Ok(text)
}

fn example_query(name: &str) -> Result<&'static str, Failure> {
    let found = EXAMPLE_QUERIES.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| {
        let names: Vec<&str> = EXAMPLE_QUERIES.iter().map(|(name, _)| *name).collect();
        Failure::usage(format!("there is no query {name:?}; the example's are: {}", names.join(", ")))
    })
}

fn text_of(write: impl FnOnce(&mut Vec<u8>) -> Result<(), QueryError>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

/// What the user wrote is a usage error; what the tables or the machine did is not.
fn failure_of(error: QueryError) -> Failure {
    match error {
        QueryError::Parse { .. }
        | QueryError::StatementCount { .. }
        | QueryError::ReadOnly { .. }
        | QueryError::UnknownTable { .. } => Failure::usage_from(error),
        QueryError::List { .. }
        | QueryError::Table(_)
        | QueryError::Run { .. }
        | QueryError::Write { .. } => Failure::Failed(error.into()),
    }
}
