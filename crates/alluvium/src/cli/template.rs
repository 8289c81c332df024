//! `alluvium template`: mapping templates without a gateway.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use alluvium_api_gateway::{TemplateInput, check_template, render_template};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::progress;

/// The commands of `template`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum TemplateCommand {
    /// Renders a mapping template as API Gateway would; an error names line and column
    #[command(after_help = "Examples:\n  \
        alluvium template render record.vtl --body '{\"Data\": 1}' --params '{\"path\": {\"stream-name\": \"s\"}}'\n  \
        alluvium template render --batch < templates.jsonl")]
    Render(RenderArgs),
    /// Looks for mistakes in mapping templates without rendering them; exits with 1 when there are some
    #[command(after_help = "Examples:\n  \
        alluvium template check *.vtl\n  \
        alluvium template check --json - < record.vtl\n\n\
        Each finding is a line `file:line:column: severity: message [rule]`; docs/templates.md explains the rules.")]
    Check(CheckArgs),
}

/// The arguments of `template check`.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// The templates; `-` is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Prints each finding as a JSON object on a line of its own
    #[arg(long)]
    json: bool,
}

/// The arguments of `template render`.
#[derive(Debug, clap::Args)]
pub(crate) struct RenderArgs {
    /// The template; `-` is standard input
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    file: Option<PathBuf>,
    /// The request's body; @FILE reads it from a file
    #[arg(long, default_value = "", conflicts_with = "batch", value_name = "TEXT")]
    body: String,
    /// The request's parameters: {"path": {}, "querystring": {}, "header": {}}
    #[arg(long, conflicts_with = "batch", value_name = "JSON")]
    params: Option<String>,
    /// $context, as a JSON object
    #[arg(long, conflicts_with = "batch", value_name = "JSON")]
    context: Option<String>,
    /// $stageVariables, as a JSON object
    #[arg(long, conflicts_with = "batch", value_name = "JSON")]
    stage_variables: Option<String>,
    /// Reads {"id","template","body","params","context","stageVariables"} per line of standard input and prints
    /// {"id","output"} or {"id","error"} per line
    #[arg(long)]
    batch: bool,
    /// Prints {"output"} as one JSON object
    #[arg(long, conflicts_with = "batch")]
    json: bool,
}

/// One line of a batch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BatchLine {
    id: Value,
    template: String,
    body: Option<Value>,
    params: Option<Value>,
    context: Option<Value>,
    #[serde(rename = "stageVariables")]
    stage_variables: Option<Value>,
}

/// Runs the command.
pub(crate) fn run(command: TemplateCommand) -> Result<(), Failure> {
    match command {
        TemplateCommand::Render(args) if args.batch => render_batch(),
        TemplateCommand::Render(args) => render(args),
        TemplateCommand::Check(args) => check(&args),
    }
}

/// A template's name in messages, and its text.
fn read(file: &Path) -> Result<(String, String), Failure> {
    if file.as_os_str() == "-" {
        return Ok(("standard input".to_owned(), std::io::read_to_string(std::io::stdin())?));
    }
    Ok((file.display().to_string(), fs_err::read_to_string(file).map_err(Failure::usage_from)?))
}

fn check(args: &CheckArgs) -> Result<(), Failure> {
    let mut count = 0_usize;
    for file in &args.files {
        let (name, template) = read(file)?;
        for finding in check_template(&name, &template) {
            count += 1;
            let line = if args.json { json!(finding).to_string() } else { finding.to_string() };
            progress::result_line(&line)?;
        }
    }
    match count {
        0 => Ok(()),
        1 => Err(anyhow::anyhow!("1 mistake in the templates").into()),
        _ => Err(anyhow::anyhow!("{count} mistakes in the templates").into()),
    }
}

fn render(args: RenderArgs) -> Result<(), Failure> {
    let (name, template) = read(&args.file.unwrap_or_default())?;
    let body = match args.body.strip_prefix('@') {
        Some(path) => fs_err::read_to_string(path).map_err(Failure::usage_from)?,
        None => args.body,
    };
    let params = argument("--params", args.params.as_deref())?;
    let context = argument("--context", args.context.as_deref())?;
    let stage_variables = argument("--stage-variables", args.stage_variables.as_deref())?;
    let input = TemplateInput {
        body: &body,
        params: params.as_ref(),
        context: context.as_ref(),
        stage_variables: stage_variables.as_ref(),
    };
    let rendered = render_template(&name, &template, &input).map_err(Failure::usage_from)?;
    if args.json {
        progress::result_line(&json!({ "output": rendered }).to_string())?;
    } else {
        progress::result_line(&rendered)?;
    }
    Ok(())
}

fn argument(flag: &str, text: Option<&str>) -> Result<Option<Value>, Failure> {
    let parse = |text| {
        serde_json::from_str(text).map_err(|error| Failure::usage(format!("{flag} is not JSON: {error}")))
    };
    text.map(parse).transpose()
}

fn render_batch() -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<BatchLine>(&line) {
            Ok(line) => render_line(line),
            // A line that cannot be read has no id that could be trusted; its number says which it is.
            Err(error) => json!({ "id": null, "error": format!("standard input:{}: {error}", number + 1) }),
        };
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    Ok(())
}

fn render_line(line: BatchLine) -> Value {
    // A body that is no string is taken as the JSON text of its value.
    let body = match line.body {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    let input = TemplateInput {
        body: &body,
        params: line.params.as_ref(),
        context: line.context.as_ref(),
        stage_variables: line.stage_variables.as_ref(),
    };
    match render_template("template", &line.template, &input) {
        Ok(output) => json!({ "id": line.id, "output": output }),
        Err(error) => json!({ "id": line.id, "error": error.to_string() }),
    }
}
