//! Sorting: the one copy of it in the download.

/// What is sorted: by its place in an order, then by id, then by ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) order: u64,
    pub(super) id: u32,
    /// Tells those of one id apart.
    pub(super) ticket: u32,
}

impl Entry {
    /// The byte of that rank, the lowest first: 8 of the order are above 4 of the id and 4 of the ticket.
    fn byte(self, rank: u32) -> u8 {
        let word = match rank / 4 {
            0 => self.ticket,
            1 => self.id,
            2 => self.order as u32,
            _ => (self.order >> 32) as u32,
        };
        (word >> (rank % 4 * 8)) as u8
    }
}

/// The pairs of a key and an id by key, and by id where keys are equal.
#[inline(never)]
pub(super) fn sorted(pairs: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    let entry = |(order, id)| Entry { order, id, ticket: 0 };
    let entries = sorted_entries(pairs.into_iter().map(entry).collect());
    entries.into_iter().map(|entry| (entry.order, entry.id)).collect()
}

/// Byte by byte, the lowest first, but for those that all have in common: so many are read and written in a row, where
/// comparisons would jump. What is sorted already, as what came in order mostly is, stays as it is.
#[inline(never)]
pub(super) fn sorted_entries(mut entries: Vec<Entry>) -> Vec<Entry> {
    // Few are equal in their order: sorted by its bytes alone, most are sorted.
    for ranks in [8..16, 0..16] {
        if entries.is_sorted() {
            break;
        }
        let mut spare = vec![Entry::default(); entries.len()];
        for rank in ranks {
            if sort_by_byte(&entries, &mut spare, rank) {
                std::mem::swap(&mut entries, &mut spare);
            }
        }
    }
    entries
}

/// Writes the entries in the order of one byte; does not if all have the same.
fn sort_by_byte(from: &[Entry], to: &mut [Entry], rank: u32) -> bool {
    let mut places = [0; 256];
    for entry in from {
        places[usize::from(entry.byte(rank))] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        if *place == from.len() {
            return false;
        }
        before += std::mem::replace(place, before);
    }
    for entry in from {
        let place = &mut places[usize::from(entry.byte(rank))];
        to[*place] = *entry;
        *place += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Entry, sorted, sorted_entries};

    #[test]
    fn pairs_are_sorted_by_key_then_id() {
        let scattered: Vec<(u64, u32)> = (0..100_u32)
            .map(|id| (u64::from(id * 37 % 10), id * 61 % 100))
            .collect();
        let in_order = sorted(scattered.clone());
        assert!(in_order.is_sorted() && in_order.len() == scattered.len());
        assert!(scattered.iter().all(|pair| in_order.contains(pair)));
        assert_eq!(sorted(in_order.clone()), in_order);
        assert_eq!(sorted(Vec::new()), []);
    }

    #[test]
    fn every_byte_counts() {
        let mut state = 1_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state
        };
        let mut entry = || {
            let (order, rest) = (draw(), draw());
            Entry {
                order,
                id: rest as u32,
                ticket: (rest >> 32) as u32,
            }
        };
        let all: Vec<Entry> = (0..2_000).map(|_| entry()).collect();
        let with = |change: fn(&Entry) -> Entry| all.iter().map(change).collect();
        let few_orders = with(|&entry| Entry {
            order: (entry.order % 5) << 60,
            ..entry
        });
        let few_ids = with(|&entry| Entry {
            order: 7,
            id: (entry.id % 5) << 24,
            ..entry
        });
        for entries in [all.clone(), few_orders, few_ids] {
            let mut expected = entries.clone();
            expected.sort_unstable();
            assert_eq!(sorted_entries(entries), expected);
        }
    }
}
