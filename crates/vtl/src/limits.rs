//! Every bound on a template and on its rendering, with units. What must stay true: nothing else in this crate decides how
//! much is too much, and every loop, recursion and allocation that a template can drive is held by one of these.

/// What one template may cost. [`Limits::default`] is what API Gateway allows where that is known
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>), and generous where it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Size of a template's text in bytes. API Gateway: 300 KB.
    pub template_bytes_max: usize,
    /// How deep directives, expressions, strings and running blocks may nest. It also bounds the stack.
    pub nesting_depth_max: u32,
    /// Rounds of one `#foreach`; the loop ends silently after so many. API Gateway: 1,000.
    pub foreach_iterations_max: usize,
    /// Nodes evaluated and list or map entries touched by one rendering.
    pub steps_max: u64,
    /// Size of the rendered text in bytes. API Gateway's payload: 10 MB.
    pub output_bytes_max: usize,
    /// Bytes of strings, lists and maps made by one rendering, whether or not they are still in use.
    pub memory_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            template_bytes_max: 300 * 1024,
            nesting_depth_max: 100,
            foreach_iterations_max: 1_000,
            steps_max: 10_000_000,
            output_bytes_max: 10 * 1024 * 1024,
            memory_bytes_max: 256 * 1024 * 1024,
        }
    }
}

/// How many containers deep a value may be and still be printed, compared or used as JSON.
pub(crate) const VALUE_DEPTH_MAX: u32 = 128;
/// Bytes charged for an entry of a list or a map beside the strings that it holds.
pub(crate) const ENTRY_BYTES: u64 = 64;
/// Size of an integer in bits, some 20,000 decimal digits; arithmetic beyond it would take time out of all proportion.
pub(crate) const INTEGER_BITS_MAX: u64 = 65_536;
/// Length of an integer literal in characters: no longer one fits into [`INTEGER_BITS_MAX`].
pub(crate) const INTEGER_DIGITS_MAX: usize = 20_000;
/// Bytes of text that are written or looked through for the price of one step.
pub(crate) const BYTES_PER_STEP: u64 = 64;
/// Memory that one compiled regular expression may take, in bytes.
pub(crate) const REGEX_BYTES_MAX: usize = 1024 * 1024;
/// Steps that compiling a regular expression costs.
pub(crate) const REGEX_STEPS: u64 = 5_000;
/// How often one search with a pattern may track back: some 10 ms.
pub(crate) const REGEX_BACKTRACKS_MAX: usize = 500_000;
/// Steps that each search costs with a pattern that may track back; 10,000,000 steps are 20,000 searches.
pub(crate) const REGEX_SEARCH_STEPS: u64 = 500;
/// Bytes of text that are matched against a pattern for the price of one step.
pub(crate) const MATCHED_BYTES_PER_STEP: u64 = 4;
/// How many compiled regular expressions a template keeps.
pub(crate) const REGEX_KEPT_MAX: usize = 32;
/// Length of the piece of a template that an error quotes, in characters.
pub(crate) const PIECE_CHARS_MAX: usize = 60;
/// The most bytes that a rendering reserves before it knows what it will write.
pub(crate) const SIZE_HINT_MAX: usize = 64 * 1024;
/// How often a block made by `#define` may be inside itself; Velocity's `directive.define.max.depth`.
pub(crate) const DEFINE_DEPTH_MAX: u32 = 2;
