//! `alluvium access-key`: the Delta table that pipelines take their access keys from.

use std::path::{Path, PathBuf};

use alluvium_lakehouse::{AccessKey, write_access_key};
use secrecy::SecretString;

use crate::config::{ACCESS_KEY_TABLE_DEFAULT, Config, ConfigOverrides, directory_url};
use crate::failure::Failure;
use crate::progress;
use crate::server::make_private;

/// The commands of `access-key`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AccessKeyCommand {
    /// Writes the keys of a CSV file, as the AWS console hands them out, into the table `authentication_credentials`
    #[command(after_help = "Example:  alluvium access-key import rootkey.csv\n\n\
        The file's columns: User name, Access key ID, Secret access key")]
    Import(ImportArgs),
}

/// The arguments of `access-key import`.
#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// The CSV file
    file: PathBuf,
    /// Configuration whose data directory is written [default: alluvium.yaml, else alluvium-data]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The table's name below the data directory's tables/
    #[arg(long, default_value = ACCESS_KEY_TABLE_DEFAULT)]
    table: String,
    /// Prints the table and the users as one JSON object
    #[arg(long)]
    json: bool,
}

/// One row of the file.
struct Row {
    user_name: String,
    key: AccessKey,
}

/// Runs the command.
pub(crate) async fn run(command: AccessKeyCommand) -> Result<(), Failure> {
    let AccessKeyCommand::Import(args) = command;
    let overrides = ConfigOverrides { data_dir: args.data_dir, ..ConfigOverrides::default() };
    let config = Config::load(args.config.as_deref(), &overrides)?;
    let text = fs_err::read_to_string(&args.file).map_err(Failure::usage_from)?;
    let rows = parse(&args.file, &text)?;
    let path = config.tables_dir().join(&args.table);
    make_private(&config.tables_dir())?;
    let table = directory_url(&path).map_err(Failure::usage)?;
    for row in &rows {
        write_access_key(&table, &row.user_name, &row.key).await?;
    }
    let names: Vec<&str> = rows.iter().map(|row| row.user_name.as_str()).collect();
    if args.json {
        progress::result_line(&serde_json::json!({ "table": path, "users": names }).to_string())?;
    } else {
        progress::result_line(&format!("{}: access key of {}", path.display(), names.join(", ")))?;
    }
    Ok(())
}

/// Reads the file; a message names the line, never a value.
fn parse(file: &Path, text: &str) -> Result<Vec<Row>, Failure> {
    const COLUMNS: [&str; 3] = ["username", "accesskeyid", "secretaccesskey"];
    let wrong = |line: usize, message: &str| Failure::usage(format!("{}:{line}: {message}", file.display()));
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, header) = lines.next().ok_or_else(|| wrong(1, "the file is empty"))?;
    let names: Vec<String> = header
        .split(',')
        .map(|name| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase())
        .collect();
    let mut places = [0; 3];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = names.iter().position(|name| name == column).ok_or_else(|| {
            wrong(1, "the columns must be `User name`, `Access key ID` and `Secret access key`")
        })?;
    }
    let mut rows = Vec::new();
    for (number, line) in lines {
        let values: Vec<&str> = line.split(',').map(|value| value.trim().trim_matches('"')).collect();
        let value = |column: usize| {
            values.get(places[column]).copied().filter(|value| !value.is_empty()).ok_or_else(|| {
                wrong(number + 1, "a row has a user name, an access key id and a secret access key")
            })
        };
        rows.push(Row {
            user_name: value(0)?.to_owned(),
            key: AccessKey {
                access_key_id: value(1)?.to_owned(),
                secret_access_key: SecretString::from(value(2)?.to_owned()),
            },
        });
    }
    if rows.is_empty() {
        return Err(wrong(2, "there is no row below the header"));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn the_file_that_aws_hands_out_is_read_in_any_column_order() {
        let text = "\u{feff}Access key ID,Secret access key,User name\r\nAKIA1,s3/cr+t=,ana\r\n";
        let rows = parse(Path::new("k.csv"), text).unwrap_or_default();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].user_name.as_str(), rows[0].key.access_key_id.as_str()), ("ana", "AKIA1"));
        assert_eq!(rows[0].key.secret_access_key.expose_secret(), "s3/cr+t=");
    }

    #[test]
    fn what_is_missing_is_named_by_line_without_a_value() {
        let check = |text: &str, part: &str| {
            let message =
                parse(Path::new("k.csv"), text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(message.contains(part) && !message.contains("hush"), "{message}");
        };
        check("", "k.csv:1");
        check("User name,Key\na,b\n", "`Secret access key`");
        check("User name,Access key ID,Secret access key\n", "k.csv:2");
        check("User name,Access key ID,Secret access key\nana,,hush\n", "k.csv:2");
    }
}
