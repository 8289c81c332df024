//! The file of ImportApiKeys: comma-separated values with a line of names.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-file-format.html>
//!
//! What must stay true: any text is read or refused with its line; nothing that is said of a line shows a key's value.

/// One key of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Counted from 1, the line of names.
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) description: Option<String>,
    pub(super) is_enabled: bool,
    pub(super) usage_plan_ids: Vec<String>,
}

/// The keys of a file.
pub(super) fn read(text: &str) -> Result<Vec<Line>, String> {
    let mut rows = rows(text.strip_prefix('\u{feff}').unwrap_or(text))?.into_iter();
    let Some((_, names)) = rows.next() else { return Err("The API Key file is empty".to_owned()) };
    let column = |wanted: &str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted));
    let (Some(name), Some(value)) = (column("name"), column("key")) else {
        return Err("The first line of the API Key file must name the columns Name and Key".to_owned());
    };
    let (description, enabled, plans) = (column("description"), column("enabled"), column("usageplanIds"));
    let lines = rows.map(|(number, fields)| {
        let field = |at: Option<usize>| at.and_then(|at| fields.get(at)).map_or("", |field| field.trim());
        Line {
            number,
            name: field(Some(name)).to_owned(),
            value: field(Some(value)).to_owned(),
            description: Some(field(description).to_owned()).filter(|text| !text.is_empty()),
            is_enabled: field(enabled).eq_ignore_ascii_case("true"),
            usage_plan_ids: words(field(plans)),
        }
    });
    Ok(lines.collect())
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

type Row = (usize, Vec<String>);

/// The rows that are not empty, with their line numbers. A field may stand in quotes, with two for one.
fn rows(text: &str) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let (mut row, mut field, mut is_quoted) = (Vec::new(), String::new(), false);
    let (mut line, mut began) = (1, 1);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if field.trim().is_empty() => {
                field.clear();
                is_quoted = true;
            }
            ',' if !is_quoted => row.push(std::mem::take(&mut field)),
            '\n' if !is_quoted => {
                line += 1;
                end_row(&mut rows, began, &mut row, &mut field);
                began = line;
            }
            other => {
                line += usize::from(other == '\n');
                field.push(other);
            }
        }
    }
    if is_quoted {
        return Err(format!("Line {began} of the API Key file has a quote that is not closed"));
    }
    end_row(&mut rows, began, &mut row, &mut field);
    Ok(rows)
}

fn end_row(rows: &mut Vec<Row>, line: usize, row: &mut Vec<String>, field: &mut String) {
    row.push(std::mem::take(field));
    let ended = std::mem::take(row);
    if ended.iter().any(|field| !field.trim().is_empty()) {
        rows.push((line, ended));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_are_found_by_name_and_fields_may_be_quoted() {
        let text = "\u{feff}Name,key,description,Enabled,usageplanIds\r\nfirst,abcdefghij0123456789,\"a, \"\"b\"\"\",TRUE,\"p1,p2\"\r\n\r\nsecond, zyxwvutsrq9876543210 ,,false,\r\n";
        let lines = read(text).expect("reads");
        let shown: Vec<String> = lines
            .iter()
            .map(|line| {
                let Line { number, name, value, description, is_enabled, usage_plan_ids } = line;
                format!("{number} {name} {value} {description:?} {is_enabled} {usage_plan_ids:?}")
            })
            .collect();
        assert_eq!(
            shown,
            [
                r#"2 first abcdefghij0123456789 Some("a, \"b\"") true ["p1", "p2"]"#,
                "4 second zyxwvutsrq9876543210 None false []"
            ]
        );
    }

    #[test]
    fn what_is_no_file_of_keys_is_refused() {
        for (text, expected) in [
            ("", "The API Key file is empty"),
            ("\n \n", "The API Key file is empty"),
            ("Name,Enabled\n", "The first line of the API Key file must name the columns Name and Key"),
            ("Name,Key\na,\"b\n", "Line 2 of the API Key file has a quote that is not closed"),
        ] {
            assert_eq!(read(text), Err(expected.to_owned()), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(Name,Key\n)?[ab\",\r\n\u{e9}]{0,80}") {
            if let Ok(lines) = read(&text) {
                prop_assert!(lines.iter().all(|line| line.number > 1));
            }
        }
    }
}
