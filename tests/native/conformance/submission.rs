//! Cases 1 to 14: submission, keys, arguments.

use webfutures::scheduler::Dependency;

use super::call;
use crate::page::{INC, Page, runs, settled};

#[test]
fn test_submit_naming() {
    let mut page = Page::new(1);
    let (a, b, c) = (
        page.submit_pure(1, &[]),
        page.submit_pure(1, &[]),
        page.submit_pure(2, &[]),
    );
    assert_eq!((a == b, a == c), (true, false));
    assert_eq!(page.scheduler.key(a), page.scheduler.key(b));
    let (d, e) = (page.submit(INC, &[]), page.submit(INC, &[]));
    assert_ne!(page.scheduler.key(d), page.scheduler.key(e));
}

#[test]
fn test_map_naming() {
    let mut page = Page::new(1);
    let pure = page.submit_all(&[call(Some(1), true, 0); 4], &[]);
    assert!(pure.iter().all(|&task| task == pure[0]));
    let mut impure = page.map(INC, 4);
    impure.sort_unstable();
    impure.dedup();
    assert_eq!((impure.len(), page.scheduler.len()), (4, 5));
}

#[test]
fn test_idempotence() {
    let mut page = Page::new(1);
    let (fine, faulty) = (page.submit_pure(1, &[]), page.submit_pure(2, &[]));
    page.finish(fine);
    page.err(faulty);
    let before = (page.scheduler.story(fine), page.scheduler.story(faulty));
    page.news();
    assert_eq!((page.submit_pure(1, &[]), page.submit_pure(2, &[])), (fine, faulty));
    assert_eq!((page.scheduler.story(fine), page.scheduler.story(faulty)), before);
    let news = page.news();
    assert_eq!((runs(&news), settled(&news)), (vec![], vec![]));
}

#[test]
fn test_update_graph_culls() {
    let mut page = Page::new(1);
    // The second and third of these lead to nothing that is held.
    let calls = [
        call(None, false, 0),
        call(None, false, 0),
        call(None, false, 1),
        call(None, true, 1),
    ];
    let tasks = page.submit_all(&calls, &[1, 0].map(Dependency::Earlier));
    page.finish_all();
    assert_eq!(runs(&page.news()), [(0, tasks[0]), (0, tasks[3])]);
}

#[test]
fn test_two_consecutive_clients_share_results() {
    let mut page = Page::new(1);
    let first = page.submit_with(0, 0, Some(1), &[]);
    page.finish(first);
    page.news();
    assert_eq!(page.submit_with(1, 0, Some(1), &[]), first);
    assert_eq!(runs(&page.news()), [], "it is not drawn again");
}
