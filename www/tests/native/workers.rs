//! The strip of workers: what a lane shows, and that its drawing has a bound.

use plotters::prelude::{IntoDrawingArea, SVGBackend};
use webfutures_www::activity::{Lane, Run, SLICE, WINDOW, Work};
use webfutures_www::chart::Look;
use webfutures_www::palette::LIGHT;
use webfutures_www::workers_strip::draw_strip;

fn search_run(start: f64, end: f64) -> Run {
    Run {
        start,
        end,
        work: Work::Search,
    }
}

#[test]
fn long_runs_are_shown_one_by_one_and_leave_the_window() {
    let mut lane = Lane::default();
    for number in 0..20 {
        lane.add(search_run(f64::from(number) * 100.0, f64::from(number) * 100.0 + 95.0));
    }
    let stretches = lane.stretches(2_000.0);
    assert_eq!(stretches.len(), 20);
    assert_eq!(
        (stretches[3].start, stretches[3].end, stretches[3].share),
        (300.0, 395.0, 1.0)
    );
    assert_eq!(lane.stretches(WINDOW + 1_000.0).len(), 10);
    lane.forget_before(1_000.0);
    assert_eq!(lane.stretches(2_000.0).len(), 10);
    assert!(!lane.is_empty(2_000.0) && lane.is_empty(2_000.0 + WINDOW));
}

#[test]
fn short_runs_become_shares_of_slices_and_their_number_is_bounded() {
    let mut lane = Lane::default();
    let mut time = 0.0;
    while time < 60_000.0 {
        lane.add(search_run(time, time + 0.05));
        time += 0.1;
    }
    let stretches = lane.stretches(60_000.0);
    assert!(stretches.len() <= (WINDOW / SLICE) as usize + 2, "{}", stretches.len());
    assert!(
        stretches
            .iter()
            .all(|stretch| stretch.share == 0.5 || stretch.share == 0.75),
        "{stretches:?}"
    );
    assert!(lane.stretches(60_000.0 + WINDOW + SLICE).is_empty());
}

#[test]
fn what_runs_now_reaches_from_when_it_was_seen_until_now() {
    let mut lane = Lane::default();
    lane.set_running(1_000.0, Some(("inc-1", Work::Other)));
    lane.set_running(1_500.0, Some(("inc-1", Work::Other)));
    assert_eq!(lane.running(), Some("inc-1"));
    let [stretch] = lane.stretches(3_000.0)[..] else {
        panic!("one stretch")
    };
    assert_eq!((stretch.end, stretch.work), (3_000.0, Work::Other));
    assert!((976.0..=1_000.0).contains(&stretch.start));
    lane.set_running(3_000.0, None);
    assert!(lane.stretches(3_000.0).is_empty());
}

#[test]
fn the_strip_draws_each_lane_within_its_height() {
    let mut lanes = vec![Lane::default(); 4];
    lanes[2].add(search_run(1_000.0, 2_000.0));
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (600, 80)).into_drawing_area();
        draw_strip(
            &root,
            lanes.iter(),
            6_000.0,
            &Look {
                theme: LIGHT,
                density: 1.0,
            },
        )
        .expect("drawn");
        root.present().expect("presented");
    }
    assert_eq!(svg.matches("<rect").count(), 1);
    assert!(svg.contains(r#"<rect x="100" y="42" width="99" height="16""#), "{svg}");
}
