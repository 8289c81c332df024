//! Certain texts made null.
//!
//! What must stay true: no text is copied; null stays null.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::error::ArrowError;

/// The texts of the only column, null where they are one of `words`.
pub(crate) fn null_where(
    words: Vec<String>,
) -> impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync {
    move |columns, rows| {
        let texts = columns[0].as_string::<i32>();
        let stays = |row: usize| texts.is_valid(row) && !words.iter().any(|word| word == texts.value(row));
        let nulls = NullBuffer::from(BooleanBuffer::collect_bool(rows, stays));
        let (offsets, values, _) = texts.clone().into_parts();
        Ok(Arc::new(StringArray::try_new(offsets, values, Some(nulls))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_null_or_one_of_the_words_is_null_also_in_a_slice() {
        let texts: ArrayRef =
            Arc::new(StringArray::from(vec![Some("a"), None, Some(""), Some("b"), Some("ab"), Some("n")]));
        let blanked = null_where(vec![String::new(), "b".to_owned()])(&[texts.slice(1, 4)], 4).unwrap();
        let expected = StringArray::from(vec![None, None, None, Some("ab")]);
        assert_eq!(blanked.as_string::<i32>(), &expected);
    }
}
