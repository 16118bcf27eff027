//! Tail probabilities.

/// The probability that a value of Student's distribution is as far from 0 as `t`, on either side.
pub(super) fn student_two_sided(t: f64, degrees: f64) -> f64 {
    incomplete_beta(degrees / (degrees + t * t), degrees / 2.0, 0.5)
}

/// The probability that a value of the F distribution is `f` or more.
pub(super) fn fisher_upper(f: f64, numerator: f64, denominator: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    incomplete_beta(denominator / (denominator + numerator * f), denominator / 2.0, numerator / 2.0)
}

/// The probability that the distance of two samples of one distribution is `distance` or more (Kolmogorov, Smirnov).
pub(super) fn kolmogorov_upper(distance: f64, first: usize, second: usize) -> f64 {
    let size = (first * second) as f64 / (first + second) as f64;
    let lambda = (size.sqrt() + 0.12 + 0.11 / size.sqrt()) * distance;
    if lambda < 0.2 {
        return 1.0;
    }
    let (mut sum, mut sign) = (0.0, 1.0);
    for k in 1..=100 {
        let term = (-2.0 * f64::from(k * k) * lambda * lambda).exp();
        sum += sign * term;
        sign = -sign;
        if term < 1e-16 * f64::abs(sum) {
            break;
        }
    }
    (2.0 * sum).clamp(0.0, 1.0)
}

/// The regularised incomplete beta function, by its continued fraction (Lentz's method).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges quickly on this side only.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp() / a;
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let (mut c, mut d) = (1.0, 1.0 / guard(1.0 - (a + b) * x / (a + 1.0)));
    let mut result = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        result *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        result *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    (front * result).clamp(0.0, 1.0)
}

/// The logarithm of the gamma function of a positive number, by Stirling's series.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 12.0 {
        shift += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(actual: f64, expected: f64) {
        assert!((actual / expected - 1.0).abs() < 3e-3, "{actual} is not {expected}");
    }

    #[test]
    fn tails_are_those_of_tables() {
        close(student_two_sided(2.086, 20.0), 0.05);
        close(student_two_sided(3.85, 20.0), 0.001);
        close(fisher_upper(4.351, 1.0, 20.0), 0.05);
        close(fisher_upper(3.493, 2.0, 20.0), 0.05);
        close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        assert!((kolmogorov_upper(0.5, 40, 40) - 6e-5).abs() < 3e-5);
    }
}
