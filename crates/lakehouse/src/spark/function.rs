//! A function of ours as DataFusion knows functions.
//!
//! What must stay true: the label says all that the result depends on beside the arguments (a pattern, a target type),
//! because DataFusion takes two functions of equal label and type for one.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// What a function does with its arguments, each an array of as many rows as the number says.
type Call = Arc<dyn Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync>;

/// A function whose argument types the planner has already settled.
struct SparkFunction {
    label: String,
    returns: DataType,
    signature: Signature,
    call: Call,
}

/// The call of a function on `arguments`.
pub(crate) fn call(
    label: impl Into<String>,
    returns: DataType,
    arguments: Vec<Expr>,
    call: impl Fn(&[ArrayRef], usize) -> Result<ArrayRef, ArrowError> + Send + Sync + 'static,
) -> Expr {
    let signature = match arguments.len() {
        0 => Signature::nullary(Volatility::Immutable),
        count => Signature::any(count, Volatility::Immutable),
    };
    let function = SparkFunction { label: label.into(), returns, signature, call: Arc::new(call) };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(function)), arguments))
}

impl fmt::Debug for SparkFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparkFunction")
            .field("label", &self.label)
            .field("returns", &self.returns)
            .finish_non_exhaustive()
    }
}

impl PartialEq for SparkFunction {
    fn eq(&self, other: &Self) -> bool {
        self.label == other.label && self.returns == other.returns
    }
}

impl Eq for SparkFunction {}

impl Hash for SparkFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.label.hash(state);
        self.returns.hash(state);
    }
}

impl ScalarUDFImpl for SparkFunction {
    fn name(&self) -> &str {
        &self.label
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let arrays = args.args.into_iter().map(|value| value.into_array(rows)).collect::<Result<Vec<_>>>()?;
        let array = (self.call)(&arrays, rows).map_err(DataFusionError::from)?;
        Ok(ColumnarValue::Array(array))
    }
}
