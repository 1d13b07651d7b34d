//! Sorting, of keys with ids: the one copy of it in the download, for it is wanted in rare events only.

use std::collections::BinaryHeap;

/// The pairs by key, and by id where keys are equal. What is sorted already, as what came in order mostly is, stays as it is.
#[inline(never)]
pub(super) fn sorted(pairs: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    if pairs.is_sorted() {
        pairs
    } else {
        BinaryHeap::from(pairs).into_sorted_vec()
    }
}

#[test]
fn pairs_are_sorted_by_key_then_id() {
    let scattered: Vec<(u64, u32)> = (0..100_u32)
        .map(|id| (u64::from(id * 37 % 10), id * 61 % 100))
        .collect();
    let in_order = sorted(scattered.clone());
    assert!(in_order.is_sorted() && in_order.len() == scattered.len());
    assert!(scattered.iter().all(|pair| in_order.contains(pair)));
    assert_eq!(sorted(in_order.clone()), in_order);
}
