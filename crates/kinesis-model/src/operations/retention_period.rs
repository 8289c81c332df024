//! The retention period, which two operations set.

use crate::constraints::Constraints;
use crate::exception::Exception;
use crate::limits;

/// Checks hours that have to be there.
pub(crate) fn check_required(checks: &mut Constraints, hours: Option<i32>) -> u32 {
    checks.integer("retentionPeriodHours", hours, 1, limits::RETENTION_HOURS_MAX.cast_signed());
    checks.required("retentionPeriodHours", hours).unsigned_abs()
}

/// Checks that records are kept for a day at least. The service tells this only after it found the stream.
pub fn check_retention_hours(hours: u32) -> Result<(), Exception> {
    if hours >= limits::RETENTION_HOURS_MIN {
        return Ok(());
    }
    Err(Exception::invalid_argument(format!(
        "Minimum allowed retention period is {} hours. Requested retention period ({hours} hours) is too short.",
        limits::RETENTION_HOURS_MIN
    )))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::operation::OperationInput;
    use crate::operations::tests::{check_stream_name, check_violations};

    /// Checks the input of an operation that changes a retention.
    pub(crate) fn check_input<I: OperationInput>() {
        check_stream_name::<I>(r#","RetentionPeriodHours":24"#);
        check_violations::<I>(
            "{}",
            &[
                "Value null at 'retentionPeriodHours' failed to satisfy constraint: Member must not be null",
                "Value null at 'streamName' failed to satisfy constraint: Member must not be null",
            ],
        );
        for (hours, constraint) in
            [("-1", "greater than or equal to 1"), ("8761", "less than or equal to 8760")]
        {
            let violation = format!(
                "Value '{hours}' at 'retentionPeriodHours' failed to satisfy constraint: Member must have value {constraint}"
            );
            let body = format!(r#"{{"StreamName":"a","RetentionPeriodHours":{hours}}}"#);
            check_violations::<I>(&body, &[&violation]);
        }
    }

    #[test]
    fn records_are_kept_for_a_day_at_least() {
        assert_eq!(check_retention_hours(24), Ok(()));
        assert_eq!(
            check_retention_hours(23).expect_err("too short").to_string(),
            "InvalidArgumentException: Minimum allowed retention period is 24 hours. Requested retention period (23 hours) \
             is too short."
        );
    }
}
