//! `alluvium pipeline test`: a dry run over a file, without any server.
//!
//! What must stay true: each line is cleaned by itself, by the code that a running pipeline uses; stdout has one line of JSON
//! for each line of the input and nothing else.

use std::fmt;
use std::io::{BufRead, BufReader, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use alluvium_lakehouse::{Cleaner, DryRunLine, dry_run};

use crate::config::{Config, ConfigOverrides};
use crate::failure::Failure;
use crate::progress;

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
    /// Each line is the base64 of a record, of an aggregated one too
    #[arg(long)]
    base64: bool,
    /// Exits with 1 when a record was quarantined or dropped, or a value did not fit its field
    #[arg(long)]
    strict: bool,
    /// The configuration [default: alluvium.yaml, else the built-in example]
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What became of all lines.
#[derive(Debug, Default)]
struct Summary {
    lines: usize,
    rows: usize,
    partial: usize,
    quarantined: usize,
    dropped: usize,
    failed: usize,
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
    let mut summary = Summary::default();
    while let Some(line) = read_line(&mut input, &args.input, summary.lines + 1)? {
        let number = summary.lines + 1;
        let record = if args.base64 { decode(&args.input, number, &line)? } else { line };
        let answer = dry_run(&cleaner, record)?;
        summary.add(&answer);
        if gone(writeln!(out, "{}", answer.to_json(number)))? {
            return Ok(());
        }
    }
    if gone(out.flush())? {
        return Ok(());
    }
    summary.verdict(args.strict)?;
    if std::io::stderr().is_terminal() {
        progress::note(&summary.to_string());
    }
    Ok(())
}

impl Summary {
    fn add(&mut self, line: &DryRunLine) {
        self.lines += 1;
        self.rows += line.rows.as_ref().map_or(0, Vec::len);
        self.partial += usize::from(line.partial.is_some());
        self.quarantined += usize::from(line.quarantined.is_some());
        self.dropped += usize::from(line.dropped.is_some());
        self.failed += usize::from(line.failed.is_some());
    }

    /// A record that would end the pipeline is a failure; any other that is not whole only where that is asked for.
    fn verdict(&self, strict: bool) -> Result<(), Failure> {
        let not_whole = self.partial + self.quarantined + self.dropped;
        if self.failed > 0 || (strict && not_whole > 0) {
            return Err(anyhow::anyhow!("{self}").into());
        }
        Ok(())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} lines, {} rows", self.lines, self.rows)?;
        for (count, what) in [
            (self.partial, "with values that do not fit"),
            (self.quarantined, "quarantined"),
            (self.dropped, "dropped"),
            (self.failed, "that would end the pipeline"),
        ] {
            if count > 0 {
                write!(formatter, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}

/// Whether the reader of our output has gone, which is its good right.
fn gone(written: std::io::Result<()>) -> Result<bool, Failure> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(true),
        written => Ok(written.map(|()| false)?),
    }
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
