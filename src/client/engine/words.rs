//! Words that wait to be taken. Records that are alike but for their last words, one after the other, share a head.

/// The words, and the last record that others may join.
#[derive(Default)]
pub(super) struct Words {
    words: Vec<f64>,
    /// Where that record begins.
    shared: usize,
    /// Where it ends: nothing joins it once something else follows.
    end: usize,
}

impl Words {
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// For how many there is room.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn room(&self) -> usize {
        self.words.capacity()
    }

    /// Adds a record.
    pub(super) fn extend(&mut self, record: impl IntoIterator<Item = f64>) {
        self.words.extend(record);
    }

    /// Sets a word of the record that was added last.
    pub(super) fn set(&mut self, place: usize, word: f64) {
        self.words[place] = word;
    }

    /// Adds an item to the record `[…head, items, …items]` that was written last, or a new one.
    pub(super) fn join(&mut self, head: &[f64], item: &[f64]) {
        let count = self.shared + head.len();
        if self.end == 0 || self.end != self.words.len() || self.words[self.shared..count] != *head {
            self.shared = self.words.len();
            self.words.extend_from_slice(head);
            self.words.push(0.0);
        }
        self.words[self.shared + head.len()] += 1.0;
        self.words.extend_from_slice(item);
        self.end = self.words.len();
    }

    /// Moves all words to the end of others.
    pub(super) fn pour(&mut self, into: &mut Vec<f64>) {
        into.append(&mut self.words);
        self.end = 0;
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::Words;

    fn taken(words: &mut Words) -> Vec<f64> {
        let mut all = Vec::new();
        words.pour(&mut all);
        all
    }

    #[test]
    fn records_with_the_same_head_share_it_as_long_as_nothing_comes_between() {
        let mut words = Words::default();
        words.join(&[7.0, 1.0], &[10.0, 11.0]);
        words.join(&[7.0, 1.0], &[20.0, 21.0]);
        words.join(&[7.0, 2.0], &[30.0, 31.0]);
        words.extend([2.0, 5.0]);
        words.join(&[7.0, 2.0], &[40.0, 41.0]);
        let first = [7.0, 1.0, 2.0, 10.0, 11.0, 20.0, 21.0];
        let second = [7.0, 2.0, 1.0, 30.0, 31.0, 2.0, 5.0, 7.0, 2.0, 1.0, 40.0, 41.0];
        assert_eq!(taken(&mut words), [&first[..], &second[..]].concat());
    }

    #[test]
    fn what_was_taken_is_joined_by_nothing() {
        let mut words = Words::default();
        words.join(&[7.0], &[1.0]);
        assert_eq!(taken(&mut words), [7.0, 1.0, 1.0]);
        words.extend([7.0, 9.0, 9.0]);
        words.join(&[7.0], &[2.0]);
        assert_eq!(taken(&mut words), [7.0, 9.0, 9.0, 7.0, 1.0, 2.0]);
    }
}
