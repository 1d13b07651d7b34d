//! The search: how many evaluations it makes, that it converges in whatever order they complete, that it repeats.

use oorandom::Rand32;
use webfutures_www::search::{FIRST_POINTS, LAST_SCALE, RECENT_POINTS, Search};
use webfutures_www::tasks::rosenbrock_value;

/// Runs a search to its end. `pick` says which of so many points in flight completes next.
fn run(seed: u64, mut pick: impl FnMut(usize) -> usize) -> Search {
    let mut search = Search::new(seed);
    let mut queue = search.first_points();
    assert_eq!(queue.len(), FIRST_POINTS);
    while !queue.is_empty() {
        let point = queue.remove(pick(queue.len()));
        queue.extend(search.complete((point, rosenbrock_value(point.0, point.1))));
        assert_eq!(search.in_flight().len(), queue.len());
        assert!(search.recent().len() <= RECENT_POINTS);
    }
    search
}

#[test]
fn makes_848_evaluations_and_leaves_nothing_in_flight() {
    let search = run(1, |_| 0);
    assert!(search.is_finished());
    assert_eq!((search.evaluations(), search.planned()), (848, 848));
    assert!(search.scale() < LAST_SCALE && search.scale() > 0.98 * LAST_SCALE);
    assert!(search.in_flight().is_empty());
}

#[test]
fn is_unfinished_until_the_last_evaluation() {
    let mut search = Search::new(3);
    let mut queue = search.first_points();
    for _ in 0..847 {
        let point = queue.remove(0);
        queue.extend(search.complete((point, rosenbrock_value(point.0, point.1))));
        assert!(!search.is_finished());
    }
    assert_eq!(queue.len(), 1);
}

#[test]
fn converges_for_several_seeds_with_completions_in_order() {
    for seed in 1..=12 {
        let (point, score) = run(seed, |_| 0).best().expect("a best point");
        assert!(score < 1e-5, "seed {seed}: {score:e} at {point:?}");
    }
}

#[test]
fn the_page_s_seed_converges_in_whatever_order_four_workers_complete() {
    for order in 0..2_000 {
        let mut random = Rand32::new(order);
        let search = run(1, |waiting| random.rand_range(0..waiting.min(4) as u32) as usize);
        let (_, score) = search.best().expect("a best point");
        assert!(score < 1e-5, "order {order}: {score:e}");
        assert_eq!(search.evaluations(), 848);
    }
}

#[test]
fn repeats_with_the_same_seed_and_differs_with_another() {
    let path = |seed| run(seed, |_| 0).path().to_vec();
    assert_eq!(path(7), path(7));
    assert_ne!(path(7), path(8));
}

#[test]
fn every_point_on_the_path_is_better_than_the_one_before() {
    let search = run(5, |waiting| waiting - 1);
    let scores: Vec<f64> = search.path().iter().map(|&(x, y)| rosenbrock_value(x, y)).collect();
    assert!(scores.len() > 5 && scores.is_sorted_by(|a, b| a > b));
    assert_eq!(search.best().map(|(_, score)| score), scores.last().copied());
}

#[test]
fn first_points_lie_within_the_first_scale_and_fill_it() {
    let mut points = Vec::new();
    for seed in 0..200 {
        points.extend(Search::new(seed).first_points());
    }
    assert!(points.iter().all(|(x, y)| x.abs() <= 5.0 && y.abs() <= 5.0));
    for quadrant in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let inside = points
            .iter()
            .filter(|(x, y)| x * quadrant.0 > 0.0 && y * quadrant.1 > 0.0)
            .count();
        assert!(
            (400..600).contains(&inside),
            "{inside} of 2000 in quadrant {quadrant:?}"
        );
    }
}
