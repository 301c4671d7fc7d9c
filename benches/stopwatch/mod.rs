//! A stopwatch for one function: it runs the function repeatedly and prints the median and the fastest run.
//!
//! Not here: whole processes (`against_git`).

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// The time for which a function runs before the measurement, so that its data and code are in the processor's caches.
const WARM_UP: Duration = Duration::from_millis(500);

/// The time of the measurement.
const MEASURED: Duration = Duration::from_secs(3);

/// The shortest sample, so that the clock's own time does not matter.
const SAMPLE: Duration = Duration::from_millis(1);

/// The fewest samples for a median.
const SAMPLES_MIN: usize = 10;

/// Times a function.
pub fn time<R>(name: &str, run: impl FnMut() -> R) {
    println!("{name:55} {}", shown(&samples(run)));
}

/// Times a function that processes this many entries, and prints the number of entries per second.
pub fn time_of_entries<R>(name: &str, entries: usize, run: impl FnMut() -> R) {
    let samples = samples(run);
    let rate = entries as f64 / median(&samples);
    println!("{name:55} {}  {rate:>12.0} entries/s", shown(&samples));
}

/// The seconds per run, sorted.
fn samples<R>(mut run: impl FnMut() -> R) -> Vec<f64> {
    let mut sample = |runs: u32| {
        let start = Instant::now();
        for _ in 0..runs {
            black_box(run());
        }
        start.elapsed()
    };
    let (mut runs, start) = (1, Instant::now());
    while start.elapsed() < WARM_UP {
        if sample(runs) < SAMPLE {
            runs *= 2;
        }
    }
    let (mut samples, start) = (Vec::new(), Instant::now());
    while samples.len() < SAMPLES_MIN || start.elapsed() < MEASURED {
        samples.push(sample(runs).as_secs_f64() / f64::from(runs));
    }
    samples.sort_by(f64::total_cmp);
    samples
}

fn median(samples: &[f64]) -> f64 {
    samples[samples.len() / 2]
}

fn shown(samples: &[f64]) -> String {
    let micros = |seconds: f64| format!("{:>12.2} µs", seconds * 1e6);
    format!(
        "{}  fastest {}",
        micros(median(samples)),
        micros(samples[0])
    )
}
