use quarry_types::{Column, DataType};

use super::state::{column, push_finite};
use super::sum::DoubleSums;
use crate::definition::accept::SIGNED;
use crate::{Accumulator, AggregateFunction, Context, Example, Failure, Parameter, Returns, Signature};

/// `WEIGHTED_AVG`
pub(crate) static DEF: AggregateFunction = AggregateFunction {
    name: "weighted_avg",
    aliases: &[],
    summary: "The mean of all values, each counting as much as its weight says.",
    details: "Rows without a value or weight are left out; every value of a list has the row's weight. Null where \
              there is no value, and with a warning where the weights sum up to 0.",
    parameters: &[
        Parameter { name: "number", description: "The numbers." },
        Parameter { name: "weight", description: "The weight of each." },
    ],
    signatures: &[Signature::new(&[SIGNED, SIGNED], Returns::Always(DataType::Double))],
    examples: &[Example { query: "ROW x = [1, 4], w = 2 | STATS x = WEIGHTED_AVG(x, w)", result: "2.5" }],
    inputs: 2,
    implicit: &[],
    build: |call| {
        let whole = call.types.iter().take(2).all(|t| matches!(t, DataType::Integer | DataType::Long));
        Ok(Box::new(WeightedMean { whole, ..WeightedMean::default() }))
    },
};

#[derive(Default)]
struct WeightedMean {
    products: DoubleSums,
    weights: DoubleSums,
    /// Whether numbers and weights are whole: their products then sum up to a long, which may not be large enough.
    whole: bool,
}

/// What no long reaches.
const BEYOND_LONG: f64 = 9_223_372_036_854_775_808.0;

impl Accumulator for WeightedMean {
    fn update(&mut self, context: &mut Context<'_>, groups: &[u32], group_count: usize, inputs: &[Column]) {
        self.products.resize(group_count);
        self.weights.resize(group_count);
        let weights = super::super::operator::comparison::single_valued(context, &inputs[1]);
        let mut weight_of = vec![None; groups.len()];
        let rows: Vec<u32> = (0..groups.len() as u32).collect();
        super::state::each_double(&weights, &rows, |row, weight| weight_of[row] = Some(weight));
        super::state::each_double(&inputs[0], &rows, |row, value| {
            if let Some(weight) = weight_of[row] {
                let group = groups[row] as usize;
                self.products.add(group, value * weight);
                self.weights.add(group, weight);
            }
        });
    }

    fn state(&mut self, group_count: usize) -> Vec<Column> {
        self.products.state(group_count).into_iter().chain(self.weights.state(group_count)).collect()
    }

    fn merge(&mut self, _: &mut Context<'_>, groups: &[u32], group_count: usize, state: &[Column]) {
        self.products.resize(group_count);
        self.weights.resize(group_count);
        self.products.merge(groups, &state[..3]);
        self.weights.merge(groups, &state[3..]);
    }

    fn finish(&mut self, context: &mut Context<'_>, group_count: usize) -> Column {
        let whole = self.whole;
        let (products, weights) = (std::mem::take(&mut self.products), std::mem::take(&mut self.weights));
        column(DataType::Double, group_count, |group, out| match (products.get(group), weights.get(group)) {
            (Some(products), _) if whole && products.abs() >= BEYOND_LONG => {
                context.warn(&Failure::arithmetic("long overflow"));
            }
            (Some(_), Some(0.0)) => context.warn(&Failure::arithmetic("/ by zero")),
            (Some(products), Some(weights)) => push_finite(context, out, products / weights),
            _ => {}
        })
    }

    fn memory_bytes(&self) -> usize {
        self.products.memory_bytes() + self.weights.memory_bytes()
    }
}

#[cfg(test)]
mod tests {
    use quarry_types::Value;

    use super::*;
    use crate::aggregate::testing::{Aggregation, Row, rows_of};

    fn check(rows: &[(Value, Value)]) -> (Value, Vec<String>) {
        let types = [DataType::Integer, DataType::Integer];
        let aggregation = Aggregation { name: "weighted_avg", types: &types, constants: &[None, None] };
        let rows: Vec<Row> = rows.iter().map(|(v, w)| (0, vec![v.clone(), w.clone()])).collect();
        let (mut values, warnings) = aggregation.whole(&types, &rows, 1);
        (values.remove(0), warnings)
    }

    #[test]
    fn weights_count() {
        assert_eq!(check(&[(1.into(), 1.into()), (4.into(), 2.into())]).0, Value::Double(3.0));
        assert_eq!(check(&[(1.into(), 1.into()), (4.into(), Value::Null)]).0, Value::Double(1.0));
        assert_eq!(check(&[(Value::Null, 1.into())]).0, Value::Null);
        let zero = vec!["java.lang.ArithmeticException: / by zero".to_owned()];
        assert_eq!(check(&[(1.into(), 0.into())]), (Value::Null, zero));
    }

    #[test]
    fn a_sum_beyond_longs_is_null() {
        let types = [DataType::Long, DataType::Integer];
        let aggregation = Aggregation { name: "weighted_avg", types: &types, constants: &[None, None] };
        let rows: Vec<Row> = [i64::MAX, i64::MAX].map(|v| (0, vec![v.into(), 1.into()])).to_vec();
        let (values, warnings) = aggregation.whole(&types, &rows, 1);
        assert_eq!(values, [Value::Null]);
        assert_eq!(warnings, ["java.lang.ArithmeticException: long overflow"]);
    }

    #[test]
    fn parts_make_the_whole() {
        let types = [DataType::Double, DataType::Integer];
        let rows: Vec<Row> = rows_of(types[0])
            .into_iter()
            .enumerate()
            .map(|(i, (group, mut values))| {
                values.push(Value::Integer(i as i32 % 5));
                (group, values)
            })
            .collect();
        let aggregation = Aggregation { name: "weighted_avg", types: &types, constants: &[None, None] };
        aggregation.check_parts(&types, &rows, 5);
    }
}
