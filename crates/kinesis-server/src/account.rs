//! Settings of the account: the commitment to a minimum throughput, which lets on-demand streams be warmed up
//! (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MinimumThroughputBillingCommitmentOutput.html>).

use alluvium_kinesis_model::operations::{AccountSettingsOutput, CommitmentStatus};
use alluvium_kinesis_model::{Exception, ExceptionKind};

use crate::server::Server;

/// The setting's name in the store. Its value is when the commitment began, and when it ends if it does, both in milliseconds
/// since 1970, with a space between.
const COMMITMENT: &str = "minimum_throughput_billing_commitment";
/// How long a commitment lasts at least, in milliseconds: 24 hours.
const COMMITMENT_MILLIS_MIN: i64 = 24 * 3_600_000;
/// The most that a stream can be warmed up to, in MiB per second: 10 GiB.
const WARM_THROUGHPUT_MIB_MAX: u32 = 10 * 1_024;

/// A commitment, made at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Commitment {
    /// When it began, in milliseconds since 1970.
    pub(crate) started_millis: i64,
    /// When it ends or ended; `None` while nobody wants it to.
    pub(crate) ends_at_millis: Option<i64>,
}

impl Commitment {
    /// The earliest moment at which it can end, in milliseconds since 1970.
    pub(crate) fn earliest_end_millis(&self) -> i64 {
        self.started_millis + COMMITMENT_MILLIS_MIN
    }

    /// Whether it lasts at a moment.
    pub(crate) fn lasts_at(&self, now_millis: i64) -> bool {
        self.ends_at_millis.is_none_or(|end| now_millis < end)
    }

    fn parse(text: &str) -> Option<Self> {
        let (started, ends) =
            text.split_once(' ').map_or((text, None), |(started, ends)| (started, Some(ends)));
        let ends_at_millis = match ends {
            Some(ends) => Some(ends.parse().ok()?),
            None => None,
        };
        Some(Self { started_millis: started.parse().ok()?, ends_at_millis })
    }

    fn to_text(self) -> String {
        match self.ends_at_millis {
            Some(ends) => format!("{} {ends}", self.started_millis),
            None => self.started_millis.to_string(),
        }
    }
}

/// A commitment as answers show it.
pub(crate) fn describe(commitment: Option<Commitment>, now_millis: i64) -> AccountSettingsOutput {
    let Some(commitment) = commitment else {
        return AccountSettingsOutput {
            status: CommitmentStatus::Disabled,
            started_millis: None,
            ended_millis: None,
            earliest_allowed_end_millis: None,
        };
    };
    let status = match commitment.ends_at_millis {
        None => CommitmentStatus::Enabled,
        Some(end) if now_millis < end => CommitmentStatus::EnabledUntilEarliestAllowedEnd,
        Some(_) => CommitmentStatus::Disabled,
    };
    AccountSettingsOutput {
        status,
        started_millis: Some(commitment.started_millis),
        ended_millis: commitment.ends_at_millis.filter(|end| *end <= now_millis),
        earliest_allowed_end_millis: Some(commitment.earliest_end_millis()),
    }
}

impl Server {
    /// The latest commitment; `None` when there never was one.
    pub(crate) fn commitment(&self) -> Option<Commitment> {
        Commitment::parse(&self.store.account_setting(COMMITMENT)?)
    }

    /// Begins a commitment, goes on with one that was to end, or lets one end as early as it may.
    pub(crate) async fn set_commitment(&self, enabled: bool) -> Result<Option<Commitment>, Exception> {
        let _turn = self.changing.lock().await;
        let now_millis = self.clock.now_millis();
        let present = self.commitment();
        let lasting = present.filter(|commitment| commitment.lasts_at(now_millis));
        let wanted = match (lasting, enabled) {
            (Some(lasting), true) => Commitment { ends_at_millis: None, ..lasting },
            (None, true) => Commitment { started_millis: now_millis, ends_at_millis: None },
            (Some(Commitment { ends_at_millis: None, .. }), false) => {
                let lasting = lasting.expect("the pattern has one");
                let ends_at_millis = Some(lasting.earliest_end_millis().max(now_millis));
                Commitment { ends_at_millis, ..lasting }
            }
            (Some(_) | None, false) => return Ok(present),
        };
        let saved = self.store.put_account_setting(COMMITMENT, Some(wanted.to_text())).await;
        saved.map_err(|error| self.account_exception(&error))?;
        Ok(Some(wanted))
    }

    /// A warm throughput that was asked for, in MiB per second; none at all for zero.
    pub(crate) fn checked_warm_throughput(&self, mibps: Option<u32>) -> Result<Option<u32>, Exception> {
        let Some(mibps) = mibps.filter(|mibps| *mibps > 0) else { return Ok(None) };
        let now_millis = self.clock.now_millis();
        if !self.commitment().is_some_and(|commitment| commitment.lasts_at(now_millis)) {
            let account_id = &self.options.account_id;
            return Err(Exception::invalid_argument(format!(
                "WarmThroughputMiBps {mibps} cannot be set: MinimumThroughputBillingCommitment is not enabled for account \
                 {account_id}. Enable it with UpdateAccountSettings."
            )));
        }
        if mibps > WARM_THROUGHPUT_MIB_MAX {
            return Err(Exception::new(
                ExceptionKind::LimitExceeded,
                format!(
                    "WarmThroughputMiBps {mibps} exceeds the limit of {WARM_THROUGHPUT_MIB_MAX} for one stream."
                ),
            ));
        }
        Ok(Some(mibps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_reads_back() {
        for commitment in [
            Commitment { started_millis: 5, ends_at_millis: None },
            Commitment { started_millis: 5, ends_at_millis: Some(9) },
        ] {
            assert_eq!(Commitment::parse(&commitment.to_text()), Some(commitment));
        }
        for bad in ["", "x", "5 x", "5 6 7"] {
            assert_eq!(Commitment::parse(bad), None, "{bad}");
        }
    }
}
