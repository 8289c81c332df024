//! `alluvium pipeline test`: a dry run over a file, without any server.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use alluvium_lakehouse::{Cleaner, dry_run};

use crate::config::{Config, ConfigOverrides};
use crate::failure::Failure;

/// The longest line of an input file, in bytes: a record of 10 MiB in base64.
const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The arguments of `pipeline test`.
#[derive(Debug, clap::Args)]
pub(crate) struct TestArgs {
    /// The pipeline's name
    name: String,
    /// One raw record per line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Each line is the base64 of a record
    #[arg(long)]
    base64: bool,
    /// The configuration [default: alluvium.yaml, else the built-in example]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Cleans every line by itself and prints what becomes of it.
pub(super) fn run(args: &TestArgs) -> Result<(), Failure> {
    let config = Config::load(args.config.as_deref(), &ConfigOverrides::default())?;
    let pipeline = config.pipeline(&args.name)?;
    let cleaner = Cleaner::prepare(&pipeline.definition).map_err(Failure::usage_from)?;
    let mut input: Box<dyn BufRead> = if args.input.as_os_str() == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(fs_err::File::open(&args.input).map_err(Failure::usage_from)?))
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut number = 0_usize;
    while let Some(line) = read_line(&mut input, &args.input, number + 1)? {
        number += 1;
        let record = if args.base64 { decode(&args.input, number, &line)? } else { line };
        writeln!(out, "{}", dry_run(&cleaner, record)?.to_json(number))?;
    }
    out.flush()?;
    Ok(())
}

/// The next line without its line feed; `None` at the end. A carriage return stays: it may be part of the record.
fn read_line(input: &mut dyn BufRead, file: &Path, number: usize) -> Result<Option<Vec<u8>>, Failure> {
    let mut line = Vec::new();
    let mut limited = std::io::Read::take(input, LINE_BYTES_MAX as u64 + 1);
    if limited.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.len() > LINE_BYTES_MAX {
        return Err(Failure::usage(format!(
            "{}:{number}: the line is longer than {LINE_BYTES_MAX} bytes",
            file.display()
        )));
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(Some(line))
}

fn decode(file: &Path, number: usize, line: &[u8]) -> Result<Vec<u8>, Failure> {
    base64_simd::STANDARD
        .decode_to_vec(line.trim_ascii())
        .map_err(|_| Failure::usage(format!("{}:{number}: the line is no base64", file.display())))
}
