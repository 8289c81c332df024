//! Values and truth of expressions. What must stay true: truth is Velocity 1.7's: a reference is true unless it is `false`, a
//! comparison is what it says, and a bare literal is never true.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Renderer, Step};
use crate::{
    ast::{Chain, Expression, Interpolated, Link, Node, Operator, Root},
    error::{Failure, Position},
    limits::INTEGER_BITS_MAX,
    value::{Arithmetic, EngineValue, Key, Map, Opaque, Value, arithmetic, compare, loosely_equal},
};

impl Renderer<'_> {
    /// The value of an expression; `null` is what Velocity has no value for, such as a quotient by zero.
    pub(super) fn value(&mut self, expression: &Expression) -> Step<Value> {
        match expression {
            Expression::Literal(value) => Ok(value.clone()),
            Expression::Truth(truth) => Ok(Value::Bool(*truth)),
            Expression::Nothing => Ok(Value::Null),
            _ => self.deeper(|renderer| renderer.computed(expression)),
        }
    }

    fn computed(&mut self, expression: &Expression) -> Step<Value> {
        match expression {
            Expression::Reference(reference) => match reference.root {
                Root::Slot(_) => {
                    let value = self.resolve(reference)?;
                    Ok(if value.is_null() { self.empty() } else { value })
                }
                Root::Word | Root::Undefined => Ok(Value::Null),
            },
            Expression::Interpolated(string) => self.interpolated(string),
            Expression::List(items) => {
                self.pay_for_entries(items.len())?;
                let items: Vec<Value> = items.iter().map(|item| self.value(item)).collect::<Step<_>>()?;
                Ok(Value::list(items))
            }
            Expression::Map(entries) => self.map(entries),
            Expression::Range(bounds) => self.range(bounds),
            Expression::Not(_) | Expression::And(_) | Expression::Or(_) => {
                Ok(Value::Bool(self.truth(expression)?))
            }
            Expression::Chain(chain) => self.chain(chain),
            Expression::Literal(_) | Expression::Truth(_) | Expression::Nothing => Ok(Value::Null),
        }
    }

    /// Whether an expression is true.
    pub(super) fn truth(&mut self, expression: &Expression) -> Step<bool> {
        match expression {
            Expression::Truth(truth) => Ok(*truth),
            _ => self.deeper(|renderer| renderer.computed_truth(expression)),
        }
    }

    fn computed_truth(&mut self, expression: &Expression) -> Step<bool> {
        Ok(match expression {
            Expression::Truth(truth) => *truth,
            Expression::Reference(reference) => match reference.root {
                Root::Word => false,
                Root::Undefined => true,
                Root::Slot(_) => match self.resolve(reference)? {
                    Value::Bool(truth) => truth,
                    block @ Value::Engine(Opaque(EngineValue::Block(_))) => self.text_of(&block)?.is_some(),
                    _ => true,
                },
            },
            Expression::Not(operand) => !self.truth(operand)?,
            Expression::And(operands) => {
                for operand in operands {
                    if !self.truth(operand)? {
                        return Ok(false);
                    }
                }
                true
            }
            Expression::Or(operands) => {
                for operand in operands {
                    if self.truth(operand)? {
                        return Ok(true);
                    }
                }
                false
            }
            Expression::Chain(chain) => {
                let compares =
                    chain.rest.last().is_some_and(|link| !matches!(link.operator, Operator::Arithmetic(_)));
                compares && matches!(self.chain(chain)?, Value::Bool(true))
            }
            Expression::Literal(_)
            | Expression::Interpolated(_)
            | Expression::List(_)
            | Expression::Map(_)
            | Expression::Range(_)
            | Expression::Nothing => false,
        })
    }

    fn chain(&mut self, chain: &Chain) -> Step<Value> {
        let mut value = self.value(&chain.first)?;
        for link in &chain.rest {
            let right = self.value(&link.operand)?;
            value = self.link(&value, link, &right)?;
        }
        Ok(value)
    }

    fn link(&mut self, left: &Value, link: &Link, right: &Value) -> Step<Value> {
        let truth = match link.operator {
            Operator::Arithmetic(Arithmetic::Add)
                if matches!(left, Value::Str(_)) || matches!(right, Value::Str(_)) =>
            {
                return self.concatenate(left, link, right);
            }
            Operator::Arithmetic(operator) => {
                let result = arithmetic(operator, left, right).unwrap_or_default();
                self.check_integer(&result)?;
                return Ok(result);
            }
            Operator::Equal => self.is_equal(left, right)?,
            Operator::NotEqual => !self.is_equal(left, right)?,
            Operator::Less => compare(left, right).is_some_and(std::cmp::Ordering::is_lt),
            Operator::Greater => compare(left, right).is_some_and(std::cmp::Ordering::is_gt),
            Operator::LessOrEqual => compare(left, right).is_some_and(std::cmp::Ordering::is_le),
            Operator::GreaterOrEqual => compare(left, right).is_some_and(std::cmp::Ordering::is_ge),
        };
        Ok(Value::Bool(truth))
    }

    fn is_equal(&mut self, left: &Value, right: &Value) -> Step<bool> {
        if let (Value::Str(left), Value::Str(right)) = (left, right) {
            return Ok(left == right);
        }
        let is_block = |value: &Value| matches!(value, Value::Engine(Opaque(EngineValue::Block(_))));
        if (is_block(left) || is_block(right)) && !left.is_null() && !right.is_null() {
            return Ok(self.text_of(left)? == self.text_of(right)?);
        }
        let outcome = loosely_equal(left, right, self.limits, self.budget.steps_mut());
        outcome.map_err(|failure| self.failed_somewhere(failure))
    }

    fn concatenate(&mut self, left: &Value, link: &Link, right: &Value) -> Step<Value> {
        let left = if left.is_null() { Some(Arc::from(&*link.left_literal)) } else { self.text_of(left)? };
        let right =
            if right.is_null() { Some(Arc::from(&*link.right_literal)) } else { self.text_of(right)? };
        let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
        let size = left.len() + right.len();
        self.pay_for_bytes(size)?;
        if size > self.limits.output_bytes_max {
            return Err(self.failed_somewhere(self.too_long()));
        }
        let mut text = String::with_capacity(size);
        text.push_str(&left);
        text.push_str(&right);
        Ok(text.into())
    }

    fn interpolated(&mut self, string: &Interpolated) -> Step<Value> {
        if let [Node::Reference(reference)] = string.block.nodes.as_slice()
            && reference.is_plain()
            && !string.drops_last
        {
            let value = self.resolve(reference)?;
            if let Value::Str(_) = value {
                return Ok(value);
            }
        }
        let text = self.captured(|renderer| {
            let start = renderer.out.len();
            renderer.block(&string.block)?;
            if string.drops_last && renderer.out.len() > start {
                renderer.out.pop();
            }
            Ok(true)
        })?;
        Ok(text.map_or(Value::Null, Value::Str))
    }

    fn map(&mut self, entries: &[(Expression, Expression)]) -> Step<Value> {
        self.pay_for_entries(entries.len())?;
        let mut map = IndexMap::with_capacity(entries.len());
        for (key, value) in entries {
            let key = self.value(key)?;
            let Some(key) = Key::of(&key) else {
                let message = "a list, map or object cannot be the key of a map".to_owned();
                return Err(self.failed_somewhere(Failure::Directive(message)));
            };
            map.insert(key, self.value(value)?);
        }
        Ok(Value::Map(Map::of(map)))
    }

    fn range(&mut self, bounds: &(Expression, Expression)) -> Step<Value> {
        let Some((first, last)) = self.range_bounds(bounds)? else { return Ok(Value::Null) };
        self.pay_for_entries(first.abs_diff(last) as usize + 1)?;
        let items = if first <= last {
            (first..=last).map(Value::Int).collect()
        } else {
            (last..=first).rev().map(Value::Int).collect()
        };
        Ok(Value::list(items))
    }

    /// The ends of a range; nothing when one of them is no number.
    pub(super) fn range_bounds(&mut self, bounds: &(Expression, Expression)) -> Step<Option<(i32, i32)>> {
        let first = self.value(&bounds.0)?;
        let last = self.value(&bounds.1)?;
        Ok(first.int_value().zip(last.int_value()))
    }

    pub(super) fn pay_for_entries(&mut self, count: usize) -> Step<()> {
        let paid = self.budget.entries(count);
        paid.map_err(|failure| self.failed_somewhere(failure))
    }

    /// Refuses an integer that is too long to go on computing with, and pays for one that is not.
    fn check_integer(&mut self, value: &Value) -> Step<()> {
        let Value::BigInt(number) = value else { return Ok(()) };
        if number.bits() > INTEGER_BITS_MAX {
            let failure = Failure::Limit { limit: INTEGER_BITS_MAX, unit: "bits of an integer" };
            return Err(self.failed_somewhere(failure));
        }
        let paid = self.budget.steps(number.bits() / 64);
        paid.map_err(|failure| self.failed_somewhere(failure))
    }

    fn failed_somewhere(&self, failure: Failure) -> super::Interrupt {
        self.failed(failure, Position { line: 1, column: 1 }, &self.template.name)
    }
}
