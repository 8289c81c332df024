//! PutFaultInjection and GetFaultInjection: what a server does wrong on purpose, so that clients can be tested against it.
//! Alluvium's own operations; AWS has none of this.

use crate::constraints::{Constraints, Quoted, TextShape};
use crate::exception::Exception;
use crate::limits;
use crate::members::Members;
use crate::name_pattern::name_fits;
use crate::operation::{Operation, OperationInput, OperationOutput};
use crate::writer::Writer;

/// Everything that a server does wrong on purpose. The default is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaultInjection {
    /// Where the random choices begin: the same seed and the same requests in the same order give the same faults.
    pub seed: u32,
    /// The rules; of those that fit a request only the first counts.
    pub rules: Vec<FaultRule>,
}

/// What goes wrong with the requests that a rule fits. Shares are per thousand, 0 to 1000, those of requests together too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaultRule {
    /// The operations by name, `*` and `?` stand for any characters and any one; none stands for all.
    pub operations: Vec<String>,
    /// The streams by name, as above; none stands for all requests, also those that name no stream.
    pub streams: Vec<String>,
    /// Of a thousand requests so many are refused as throttled.
    pub throttled_per_thousand: u32,
    /// Of a thousand requests so many are answered with an InternalFailure.
    pub failed_per_thousand: u32,
    /// Whether the work of those is done before it is answered that it failed, as when an acknowledgement is lost.
    pub fail_after_work: bool,
    /// Of a thousand records of PutRecords so many are refused as throttled, while the rest is put.
    pub records_failed_per_thousand: u32,
    /// Every request waits at least this long, in milliseconds.
    pub latency_millis_min: u32,
    /// Every request waits at most this long, in milliseconds; evenly distributed from the least.
    pub latency_millis_max: u32,
}

/// The texts of a rule's patterns.
const PATTERN: TextShape =
    TextShape { pattern: None, chars_min: 1, chars_max: limits::FAULT_PATTERN_CHARS_MAX };

impl FaultInjection {
    /// Checks what a configuration or a request says. What can never strike is refused too: a name that fits no operation of
    /// Kinesis, shares that add up to more than all, records that fail in operations that have none.
    pub fn check(&self) -> Result<(), Exception> {
        let mut checks = Constraints::default();
        let rules = self.rules.len();
        checks.length("rules", || format!("{rules} rules"), rules, 0, limits::FAULT_RULES_COUNT_MAX);
        for (index, rule) in self.rules.iter().enumerate() {
            rule.check(index + 1, &mut checks);
        }
        checks.finish()
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.integer_member("Seed", self.seed.into());
        writer.list_member("Rules", &self.rules, |list, rule| rule.write(list));
        writer.end_structure();
    }
}

impl FaultRule {
    const MEMBERS: &[&str] = &[
        "Operations",
        "Streams",
        "ThrottledPerThousand",
        "FailedPerThousand",
        "FailAfterWork",
        "RecordsFailedPerThousand",
        "LatencyMillisMin",
        "LatencyMillisMax",
    ];

    fn take(number: usize, mut members: Members) -> Result<Self, Exception> {
        let mut share = |name| Ok::<_, Exception>(members.integer(name)?.unwrap_or(0));
        let throttled = share("ThrottledPerThousand")?;
        let failed = share("FailedPerThousand")?;
        let records_failed = share("RecordsFailedPerThousand")?;
        let least = share("LatencyMillisMin")?;
        let most = members.integer("LatencyMillisMax")?.unwrap_or(least);
        // What is negative is past every bound as an unsigned number too.
        let rule = Self {
            operations: members.texts("Operations")?.unwrap_or_default(),
            streams: members.texts("Streams")?.unwrap_or_default(),
            throttled_per_thousand: throttled.cast_unsigned(),
            failed_per_thousand: failed.cast_unsigned(),
            fail_after_work: members.boolean("FailAfterWork")?.unwrap_or(false),
            records_failed_per_thousand: records_failed.cast_unsigned(),
            latency_millis_min: least.cast_unsigned(),
            latency_millis_max: most.cast_unsigned(),
        };
        members.refuse_others(format_args!("rules.{number}.member"), Self::MEMBERS)?;
        Ok(rule)
    }

    fn check(&self, number: usize, checks: &mut Constraints) {
        for (name, patterns) in [("operations", &self.operations), ("streams", &self.streams)] {
            let path = format_args!("rules.{number}.member.{name}");
            checks.texts(path, patterns, &PATTERN, 0, limits::FAULT_PATTERNS_COUNT_MAX);
        }
        for (name, value, max) in [
            ("throttledPerThousand", self.throttled_per_thousand, 1_000),
            ("failedPerThousand", self.failed_per_thousand, 1_000),
            ("recordsFailedPerThousand", self.records_failed_per_thousand, 1_000),
            ("latencyMillisMin", self.latency_millis_min, self.latency_millis_max),
            ("latencyMillisMax", self.latency_millis_max, limits::FAULT_LATENCY_MILLIS_MAX),
        ] {
            let path = format_args!("rules.{number}.member.{name}");
            checks.integer(path, Some(value.cast_signed()), 0, max.cast_signed().max(0));
        }
        self.check_strikes(number, checks);
    }

    /// Checks that the rule can do what it says.
    fn check_strikes(&self, number: usize, checks: &mut Constraints) {
        let rule = format_args!("rules.{number}.member");
        let fits_none = |pattern: &&String| !Operation::ALL.iter().any(|one| name_fits(pattern, one.name()));
        if let Some(pattern) = self.operations.iter().find(fits_none) {
            let constraint =
                format_args!("Member must fit an operation of Kinesis, such as PutRecord or Put*");
            checks.violate(&Quoted(pattern), format_args!("{rule}.operations"), constraint);
        }
        let (throttled, failed) = (self.throttled_per_thousand, self.failed_per_thousand);
        if throttled <= 1_000 && failed <= 1_000 && throttled + failed > 1_000 {
            let constraint = format_args!(
                "Member must have value less than or equal to {}, as throttledPerThousand is {throttled} and the shares \
                 of a rule are at most 1000 together",
                1_000 - throttled
            );
            checks.violate(&Quoted(failed), format_args!("{rule}.failedPerThousand"), constraint);
        }
        let puts_records = || self.operations.iter().any(|pattern| name_fits(pattern, "PutRecords"));
        if self.records_failed_per_thousand > 0 && !self.operations.is_empty() && !puts_records() {
            let constraint =
                format_args!("Member must be 0 or operations must fit PutRecords, which they do not");
            let path = format_args!("{rule}.recordsFailedPerThousand");
            checks.violate(&Quoted(self.records_failed_per_thousand.cast_signed()), path, constraint);
        }
    }

    fn write<W: Writer>(&self, writer: &mut W) {
        writer.begin_structure();
        writer.list_member("Operations", &self.operations, |list, pattern| list.text(pattern));
        writer.list_member("Streams", &self.streams, |list, pattern| list.text(pattern));
        writer.integer_member("ThrottledPerThousand", self.throttled_per_thousand.into());
        writer.integer_member("FailedPerThousand", self.failed_per_thousand.into());
        writer.boolean_member("FailAfterWork", self.fail_after_work);
        writer.integer_member("RecordsFailedPerThousand", self.records_failed_per_thousand.into());
        writer.integer_member("LatencyMillisMin", self.latency_millis_min.into());
        writer.integer_member("LatencyMillisMax", self.latency_millis_max.into());
        writer.end_structure();
    }
}

/// What shall go wrong from now on, in place of what did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutFaultInjectionInput {
    /// The faults.
    pub faults: FaultInjection,
}

impl OperationInput for PutFaultInjectionInput {
    fn from_members(mut members: Members) -> Result<Self, Exception> {
        let seed = members.integer("Seed")?.unwrap_or(0);
        let rules = members.structures("Rules")?.unwrap_or_default();
        members.refuse_others("the request", &["Seed", "Rules"])?;
        let rules = (1..).zip(rules).map(|(number, rule)| FaultRule::take(number, rule));
        let rules = rules.collect::<Result<_, _>>()?;
        let faults = FaultInjection { seed: seed.cast_unsigned(), rules };
        let mut checks = Constraints::default();
        checks.integer("seed", Some(seed), 0, i32::MAX);
        checks.finish()?;
        faults.check()?;
        Ok(Self { faults })
    }
}

/// A request for what goes wrong now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetFaultInjectionInput;

impl OperationInput for GetFaultInjectionInput {
    fn from_members(_members: Members) -> Result<Self, Exception> {
        Ok(Self)
    }
}

/// What goes wrong now, and how often it did since it was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetFaultInjectionOutput {
    /// The faults.
    pub faults: FaultInjection,
    /// Requests refused as throttled.
    pub throttled_count: u64,
    /// Requests answered with an InternalFailure.
    pub failed_count: u64,
    /// Records of PutRecords refused.
    pub records_failed_count: u64,
}

impl OperationOutput for GetFaultInjectionOutput {
    fn write<W: Writer>(&self, writer: &mut W) {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        writer.begin_structure();
        writer.member("FaultInjection");
        self.faults.write(writer);
        writer.integer_member("ThrottledCount", count(self.throttled_count));
        writer.integer_member("FailedCount", count(self.failed_count));
        writer.integer_member("RecordsFailedCount", count(self.records_failed_count));
        writer.end_structure();
    }
}
