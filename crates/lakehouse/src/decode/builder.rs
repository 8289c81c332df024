//! Columns that grow by one JSON value at a time.
//!
//! What must stay true: each append adds exactly one slot, null when the value does not fit, so that columns stay level; and
//! says whether anything in the value did not fit.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float32Builder,
    Float64Builder, Int8Builder, Int16Builder, Int32Builder, Int64Builder, ListArray, MapArray,
    NullBufferBuilder, StringBuilder, StructArray, TimestampMicrosecondBuilder,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType as ArrowType, Fields};
use datafusion::arrow::error::ArrowError;

use super::scan::{Kind, Value};
use super::text;
use super::value::{self, Reading};
use crate::schema::{DataType, Field, entries_field, item_field};

/// A column of one type while it is filled.
pub(super) enum Column {
    String(StringBuilder),
    TinyInt(Int8Builder),
    SmallInt(Int16Builder),
    Int(Int32Builder),
    BigInt(Int64Builder),
    Float(Float32Builder),
    Double(Float64Builder),
    Decimal(Decimal128Builder, u8, i8),
    Boolean(BooleanBuilder),
    Timestamp(TimestampMicrosecondBuilder),
    Date(Date32Builder),
    Binary(BinaryBuilder),
    Array(Box<ArrayColumn>),
    Struct(StructColumn),
    Map(Box<MapColumn>),
}

pub(super) struct ArrayColumn {
    item: DataType,
    items: Column,
    lengths: Vec<usize>,
    nulls: NullBufferBuilder,
}

pub(super) struct StructColumn {
    fields: Vec<Field>,
    positions: HashMap<String, usize>,
    members: Vec<Column>,
    nulls: NullBufferBuilder,
}

pub(super) struct MapColumn {
    of: DataType,
    keys: StringBuilder,
    values: Column,
    lengths: Vec<usize>,
    nulls: NullBufferBuilder,
}

impl Column {
    /// An empty column with room for `rows`.
    pub(super) fn new(data_type: &DataType, rows: usize) -> Self {
        let nulls = NullBufferBuilder::new(rows);
        match data_type {
            DataType::String => Self::String(StringBuilder::with_capacity(rows, rows * 16)),
            DataType::TinyInt => Self::TinyInt(Int8Builder::with_capacity(rows)),
            DataType::SmallInt => Self::SmallInt(Int16Builder::with_capacity(rows)),
            DataType::Int => Self::Int(Int32Builder::with_capacity(rows)),
            DataType::BigInt => Self::BigInt(Int64Builder::with_capacity(rows)),
            DataType::Float => Self::Float(Float32Builder::with_capacity(rows)),
            DataType::Double => Self::Double(Float64Builder::with_capacity(rows)),
            DataType::Decimal { precision, scale } => {
                let builder = Decimal128Builder::with_capacity(rows);
                Self::Decimal(
                    builder.with_data_type(ArrowType::Decimal128(*precision, *scale)),
                    *precision,
                    *scale,
                )
            }
            DataType::Boolean => Self::Boolean(BooleanBuilder::with_capacity(rows)),
            DataType::Timestamp => {
                Self::Timestamp(TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC"))
            }
            DataType::Date => Self::Date(Date32Builder::with_capacity(rows)),
            DataType::Binary => Self::Binary(BinaryBuilder::with_capacity(rows, rows * 16)),
            DataType::Array(item) => Self::Array(Box::new(ArrayColumn {
                item: (**item).clone(),
                items: Self::new(item, rows),
                lengths: Vec::with_capacity(rows),
                nulls,
            })),
            DataType::Struct(fields) => Self::Struct(StructColumn {
                fields: fields.clone(),
                positions: fields.iter().zip(0..).map(|(field, at)| (field.name.clone(), at)).collect(),
                members: fields.iter().map(|field| Self::new(&field.data_type, rows)).collect(),
                nulls,
            }),
            DataType::Map(of) => Self::Map(Box::new(MapColumn {
                of: (**of).clone(),
                keys: StringBuilder::new(),
                values: Self::new(of, rows),
                lengths: Vec::with_capacity(rows),
                nulls,
            })),
        }
    }

    /// Adds a value, or null when there is none or it does not fit; `false` when something in it did not fit.
    pub(super) fn append(&mut self, cell: Option<Value<'_>>, reading: &Reading) -> bool {
        let cell = cell.filter(|value| value.kind != Kind::Null);
        macro_rules! append {
            ($builder:expr, $read:expr) => {{
                let read = cell.and_then($read);
                let fits = read.is_some() || cell.is_none();
                $builder.append_option(read);
                fits
            }};
        }
        match self {
            Self::String(builder) => append!(builder, |cell| Some(text::as_string(cell))),
            Self::TinyInt(builder) => append!(builder, value::tiny_int),
            Self::SmallInt(builder) => append!(builder, value::integer),
            Self::Int(builder) => append!(builder, value::integer),
            Self::BigInt(builder) => append!(builder, value::integer),
            Self::Float(builder) => append!(builder, |cell| value::float(cell, reading)),
            Self::Double(builder) => append!(builder, |cell| value::double(cell, reading)),
            Self::Decimal(builder, precision, scale) => {
                append!(builder, |cell| value::decimal(cell, *precision, *scale))
            }
            Self::Boolean(builder) => append!(builder, value::boolean),
            Self::Timestamp(builder) => append!(builder, |cell| value::timestamp(cell, reading)),
            Self::Date(builder) => append!(builder, |cell| value::date(cell, reading)),
            Self::Binary(builder) => append!(builder, value::binary),
            Self::Array(column) => column.append(cell, reading),
            Self::Struct(column) => column.append(cell, reading),
            Self::Map(column) => column.append(cell, reading),
        }
    }

    /// The filled column.
    pub(super) fn finish(self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::String(mut builder) => Arc::new(builder.finish()),
            Self::TinyInt(mut builder) => Arc::new(builder.finish()),
            Self::SmallInt(mut builder) => Arc::new(builder.finish()),
            Self::Int(mut builder) => Arc::new(builder.finish()),
            Self::BigInt(mut builder) => Arc::new(builder.finish()),
            Self::Float(mut builder) => Arc::new(builder.finish()),
            Self::Double(mut builder) => Arc::new(builder.finish()),
            Self::Decimal(mut builder, ..) => Arc::new(builder.finish()),
            Self::Boolean(mut builder) => Arc::new(builder.finish()),
            Self::Timestamp(mut builder) => Arc::new(builder.finish()),
            Self::Date(mut builder) => Arc::new(builder.finish()),
            Self::Binary(mut builder) => Arc::new(builder.finish()),
            Self::Array(column) => column.finish()?,
            Self::Struct(column) => column.finish()?,
            Self::Map(column) => column.finish()?,
        })
    }
}

impl ArrayColumn {
    /// One item that does not fit makes the whole array null, as in Spark.
    fn append(&mut self, cell: Option<Value<'_>>, reading: &Reading) -> bool {
        let items = cell.filter(|cell| cell.kind == Kind::Array).map(value::items);
        let items = items.filter(|items| items.iter().all(|&item| value::fits(&self.item, item, reading)));
        self.nulls.append(items.is_some());
        let mut fits = items.is_some() || cell.is_none();
        let items = items.unwrap_or_default();
        self.lengths.push(items.len());
        for item in items {
            fits &= self.items.append(Some(item), reading);
        }
        fits
    }

    fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let field = Arc::new(item_field(&self.item));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(ListArray::try_new(field, offsets, self.items.finish()?, self.nulls.finish())?))
    }
}

impl StructColumn {
    /// A member that does not fit is null; the others stay.
    fn append(&mut self, cell: Option<Value<'_>>, reading: &Reading) -> bool {
        let object = cell.filter(|cell| cell.kind == Kind::Object);
        self.nulls.append(object.is_some());
        let mut fits = object.is_some() || cell.is_none();
        let mut cells: Vec<Option<Value<'_>>> = vec![None; self.fields.len()];
        for (key, value) in object.map(value::members).unwrap_or_default() {
            let Some(&at) = self.positions.get(key.as_ref()) else { continue };
            let takes = |value| value::fits(&self.fields[at].data_type, value, reading);
            match cells[at] {
                None => cells[at] = Some(value),
                Some(held) => {
                    let both = (takes(held), takes(value));
                    fits &= both == (true, true);
                    cells[at] = Some(if both.1 { value } else { held });
                }
            }
        }
        for (member, cell) in self.members.iter_mut().zip(cells) {
            fits &= member.append(cell, reading);
        }
        fits
    }

    fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let rows = self.nulls.len();
        let fields: Fields = self.fields.iter().map(Field::to_arrow).collect();
        let members = self.members.into_iter().map(Column::finish).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(StructArray::try_new_with_length(fields, members, self.nulls.finish(), rows)?))
    }
}

impl MapColumn {
    /// The last of equal keys wins; one value that does not fit makes the whole map null.
    fn append(&mut self, cell: Option<Value<'_>>, reading: &Reading) -> bool {
        let members = cell.filter(|cell| cell.kind == Kind::Object).map(value::members);
        let takes = |members: &Vec<(_, Value<'_>)>| {
            members.iter().all(|&(_, value)| value::fits(&self.of, value, reading))
        };
        let members = members.filter(takes);
        self.nulls.append(members.is_some());
        let mut fits = members.is_some() || cell.is_none();
        let mut length = 0;
        let members = members.unwrap_or_default();
        let last: HashMap<_, _> =
            members.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
        for (at, (key, value)) in members.into_iter().enumerate() {
            if last[&key] == at {
                self.keys.append_value(&key);
                fits &= self.values.append(Some(value), reading);
                length += 1;
            }
        }
        self.lengths.push(length);
        fits
    }

    fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let field = Arc::new(entries_field(&self.of));
        let ArrowType::Struct(fields) = field.data_type().clone() else {
            return Err(ArrowError::SchemaError("a map's entries are no struct".to_owned()));
        };
        let entries =
            StructArray::try_new(fields, vec![Arc::new(self.keys.finish()), self.values.finish()?], None)?;
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(MapArray::try_new(field, offsets, entries, self.nulls.finish(), false)?))
    }
}
