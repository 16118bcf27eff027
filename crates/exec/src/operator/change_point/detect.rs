//! Finds the one change of a series that is least likely to be chance.
//!
//! A series is by default level, or a straight line where that fits clearly better. Against this stand: two levels (a
//! step), two lines (a change of trend), one value far off all others (a spike or dip), and two parts of different
//! distribution. Each p-value is multiplied by the number of places that were tried before it is compared with the
//! threshold; what is reported is the p-value itself.

use super::distribution::{fisher_upper, kolmogorov_upper, student_two_sided};

/// Fewer values say nothing.
pub(super) const FEWEST: usize = 22;

/// The values that a part of a series has at least.
const SHORTEST_PART: usize = 11;

/// Where chance is ruled out, after correction for the places tried.
const SHIFT_THRESHOLD: f64 = 0.01;
const OUTLIER_THRESHOLD: f64 = 0.05;
const DISTRIBUTION_THRESHOLD: f64 = 0.001;

/// A change of a series.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) kind: Kind,
    /// The first value after it, or the one that stands out.
    pub(super) at: usize,
    pub(super) p_value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Dip,
    Spike,
    Step,
    Trend,
    Distribution,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Dip => "dip",
            Kind::Spike => "spike",
            Kind::Step => "step_change",
            Kind::Trend => "trend_change",
            Kind::Distribution => "distribution_change",
        }
    }
}

/// The change of `values`, where there is one.
pub(super) fn detect(values: &[f64]) -> Option<Change> {
    if values.len() < FEWEST {
        return None;
    }
    let all = Fit::of(values, 0..values.len());
    if all.spread() <= f64::EPSILON * all.scale() {
        return None;
    }
    let shift = shift(values, &all).filter(|(_, corrected)| *corrected < SHIFT_THRESHOLD);
    let outlier = outlier(values).filter(|(_, corrected)| *corrected < OUTLIER_THRESHOLD);
    match (shift, outlier) {
        (Some(a), Some(b)) => Some(if b.1 < a.1 { b.0 } else { a.0 }),
        (Some((change, _)), None) | (None, Some((change, _))) => Some(change),
        (None, None) => distribution(&straightened(values, &all))
            .filter(|(_, c)| *c < DISTRIBUTION_THRESHOLD)
            .map(|(change, _)| change),
    }
}

/// The places at which a series could be cut in two.
fn places(len: usize) -> std::ops::RangeInclusive<usize> {
    SHORTEST_PART..=len - SHORTEST_PART
}

/// Sums over a part of a series, from which its best level and line follow.
struct Fit {
    n: f64,
    mean: f64,
    /// Sums of squares and products around the means.
    yy: f64,
    xx: f64,
    xy: f64,
}

impl Fit {
    fn of(values: &[f64], range: std::ops::Range<usize>) -> Self {
        let n = range.len() as f64;
        let x_mean = (range.start + range.end - 1) as f64 / 2.0;
        let part = &values[range.clone()];
        let mean = part.iter().sum::<f64>() / n;
        let mut fit = Self { n, mean, yy: 0.0, xx: 0.0, xy: 0.0 };
        for (x, y) in range.zip(part) {
            let (x, y) = (x as f64 - x_mean, y - mean);
            fit.yy += y * y;
            fit.xx += x * x;
            fit.xy += x * y;
        }
        fit
    }

    /// What a level leaves unexplained.
    fn level(&self) -> f64 {
        self.yy
    }

    /// What a line leaves unexplained.
    fn line(&self) -> f64 {
        if self.xx > 0.0 { (self.yy - self.xy * self.xy / self.xx).max(0.0) } else { self.yy }
    }

    /// Whether a line fits clearly better than a level.
    fn is_sloped(&self) -> bool {
        improvement(self.level(), self.line(), 1.0, self.n - 2.0) < 1e-3
    }

    fn spread(&self) -> f64 {
        (self.yy / self.n).sqrt()
    }

    fn scale(&self) -> f64 {
        self.mean.abs().max(1.0)
    }
}

/// How likely chance makes a model with more parameters leave so much less.
fn improvement(before: f64, after: f64, parameters: f64, degrees: f64) -> f64 {
    if after <= 0.0 {
        return if before > 0.0 { 0.0 } else { 1.0 };
    }
    fisher_upper(((before - after) / parameters) / (after / degrees), parameters, degrees)
}

/// The best step or change of trend, and its p-value corrected for the places tried.
fn shift(values: &[f64], all: &Fit) -> Option<(Change, f64)> {
    let n = values.len() as f64;
    let tried = places(values.len()).count() as f64;
    let (null, null_parameters) = if all.is_sloped() { (all.line(), 2.0) } else { (all.level(), 1.0) };
    let parts = places(values.len()).map(|at| (at, Fit::of(values, 0..at), Fit::of(values, at..values.len())));
    let mut step: Option<(usize, f64)> = None;
    let mut trend: Option<(usize, f64)> = None;
    let keep = |best: &mut Option<(usize, f64)>, at: usize, left: f64| {
        if best.is_none_or(|(_, least)| left < least) {
            *best = Some((at, left));
        }
    };
    for (at, before, after) in parts {
        keep(&mut step, at, before.level() + after.level());
        keep(&mut trend, at, before.line() + after.line());
    }
    let (step, trend) = (step?, trend?);
    // The place counts as a parameter.
    let step_p = improvement(null, step.1, 3.0 - null_parameters, n - 3.0);
    let trend_p = improvement(null, trend.1, 5.0 - null_parameters, n - 5.0);
    let cost = |left: f64, parameters: f64| n * (left.max(f64::MIN_POSITIVE) / n).ln() + parameters * n.ln();
    let is_step = cost(step.1, 3.0) <= cost(trend.1, 5.0);
    let (kind, at, p_value) = if is_step { (Kind::Step, step.0, step_p) } else { (Kind::Trend, trend.0, trend_p) };
    Some((Change { kind, at, p_value }, (p_value * tried).min(1.0)))
}

/// The value furthest from all others, and its p-value corrected for the values tried.
fn outlier(values: &[f64]) -> Option<(Change, f64)> {
    let order = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1);
    let (highest, _) = values.iter().enumerate().max_by(order)?;
    let (lowest, _) = values.iter().enumerate().min_by(order)?;
    let one = |at: usize, kind: Kind| {
        let rest: Vec<f64> = values.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, value)| *value).collect();
        let n = rest.len() as f64;
        let mean = rest.iter().sum::<f64>() / n;
        let variance = rest.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let distance = (values[at] - mean).abs();
        let error = (variance * (1.0 + 1.0 / n)).sqrt();
        let p_value = if error > 0.0 { student_two_sided(distance / error, n - 1.0) } else { 0.0 };
        Change { kind, at, p_value }
    };
    let (spike, dip) = (one(highest, Kind::Spike), one(lowest, Kind::Dip));
    let best = if dip.p_value < spike.p_value { dip } else { spike };
    let corrected = (best.p_value * values.len() as f64).min(1.0);
    Some((best, corrected))
}

/// The values without their slope, where they have one.
fn straightened(values: &[f64], all: &Fit) -> Vec<f64> {
    let slope = if all.is_sloped() { all.xy / all.xx } else { 0.0 };
    values.iter().enumerate().map(|(x, value)| value - slope * x as f64).collect()
}

/// The place with the largest distance between the distributions before and after it.
fn distribution(values: &[f64]) -> Option<(Change, f64)> {
    let tried = places(values.len()).count() as f64;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    places(values.len())
        .map(|at| {
            let (first, second) = (at, values.len() - at);
            let p_value = kolmogorov_upper(distance(values, &order, at), first, second);
            Change { kind: Kind::Distribution, at, p_value }
        })
        .min_by(|a, b| a.p_value.total_cmp(&b.p_value))
        .map(|change| {
            let corrected = (change.p_value * tried).min(1.0);
            (change, corrected)
        })
}

/// The largest distance between the shares of values that lie below, before and after `at`.
fn distance(values: &[f64], order: &[usize], at: usize) -> f64 {
    let (first, second) = (at as f64, (values.len() - at) as f64);
    let (mut below_first, mut below_second, mut largest) = (0.0, 0.0, 0.0f64);
    for (i, place) in order.iter().enumerate() {
        if *place < at {
            below_first += 1.0;
        } else {
            below_second += 1.0;
        }
        let ends = order.get(i + 1).is_none_or(|next| values[*next] > values[*place]);
        if ends {
            largest = largest.max((below_first / first - below_second / second).abs());
        }
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Repeatable noise between -1 and 1.
    fn noise(n: usize) -> Vec<f64> {
        let mut state = 12345u64;
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as f64 / (1u64 << 30) as f64 - 1.0
            })
            .collect()
    }

    fn kind(values: &[f64]) -> Option<(Kind, usize)> {
        detect(values).map(|change| (change.kind, change.at))
    }

    #[test]
    fn noise_lines_and_levels_have_no_change() {
        assert_eq!(kind(&noise(60)), None);
        assert_eq!(kind(&[5.0; 40]), None);
        let line: Vec<f64> = noise(60).iter().enumerate().map(|(i, n)| i as f64 * 0.5 + n).collect();
        assert_eq!(kind(&line), None);
        assert_eq!(kind(&[1.0, 2.0, 900.0]), None);
    }

    #[test]
    fn values_far_off_are_spikes_and_dips() {
        let mut values = noise(50);
        values[17] = 9.0;
        assert_eq!(kind(&values), Some((Kind::Spike, 17)));
        values[17] = -9.0;
        assert_eq!(kind(&values), Some((Kind::Dip, 17)));
    }

    #[test]
    fn levels_and_slopes_change() {
        let mut values = noise(50);
        values[30..].iter_mut().for_each(|value| *value += 5.0);
        assert_eq!(kind(&values), Some((Kind::Step, 30)));
        let bent: Vec<f64> =
            noise(60).iter().enumerate().map(|(i, n)| if i < 30 { *n } else { (i - 30) as f64 + n }).collect();
        let (found, at) = kind(&bent).unwrap();
        assert_eq!(found, Kind::Trend);
        assert!((27..=33).contains(&at), "{at}");
    }

    #[test]
    fn a_wider_spread_is_another_distribution() {
        let values: Vec<f64> =
            noise(200).iter().enumerate().map(|(i, n)| if i < 100 { n * 0.01 } else { *n }).collect();
        let (found, at) = kind(&values).unwrap();
        assert_eq!(found, Kind::Distribution);
        assert!((90..=110).contains(&at), "{at}");
    }
}
