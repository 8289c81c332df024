//! What the variables of a stage may be called and say.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html>
//!
//! What must stay true: whoever sets variables, by a call or by configuration, is told the same; a value that is in the URI of an
//! integration has no character that AWS would not take there.

use indexmap::IndexMap;

use crate::limits::{STAGE_VARIABLE_NAME_CHARS_MAX, STAGE_VARIABLE_VALUE_CHARS_MAX, STAGE_VARIABLES_MAX};

/// Why variables are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StageVariableProblem {
    #[error("a stage has at most {STAGE_VARIABLES_MAX} stage variables")]
    TooMany,
    #[error("Invalid stage variable name: {0}.  Please use names with only word characters.")]
    Name(String),
    #[error("a stage variable name has {0} characters; use at most {STAGE_VARIABLE_NAME_CHARS_MAX}")]
    LongName(usize),
    #[error(
        "Invalid stage variable value: {0}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
    )]
    Value(String),
    #[error(
        "the value of the stage variable '{name}' has {chars} characters; use at most {STAGE_VARIABLE_VALUE_CHARS_MAX}"
    )]
    LongValue { name: String, chars: usize },
}

/// Whether a stage may have these variables.
pub(crate) fn check_stage_variables(
    variables: &IndexMap<String, String>,
) -> Result<(), StageVariableProblem> {
    if variables.len() > STAGE_VARIABLES_MAX {
        return Err(StageVariableProblem::TooMany);
    }
    for (name, value) in variables {
        let (name_chars, chars) = (name.chars().count(), value.chars().count());
        if name_chars > STAGE_VARIABLE_NAME_CHARS_MAX {
            return Err(StageVariableProblem::LongName(name_chars));
        }
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(StageVariableProblem::Name(name.clone()));
        }
        if chars > STAGE_VARIABLE_VALUE_CHARS_MAX {
            return Err(StageVariableProblem::LongValue { name: name.clone(), chars });
        }
        if value.is_empty() || !value.bytes().all(is_of_value) {
            return Err(StageVariableProblem::Value(value.clone()));
        }
    }
    Ok(())
}

/// The documented characters, and the space, which AWS's refusal names.
fn is_of_value(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" -._~:/?#&=,".contains(&byte)
}
