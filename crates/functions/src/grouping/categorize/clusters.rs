//! Messages that have most of their words in common, in the same order.

use std::collections::HashMap;

use foldhash::fast::RandomState;

type Map<K, V> = HashMap<K, V, RandomState>;

/// Clusters of messages, numbered in the order they were found.
pub(super) struct Clusters<'a> {
    threshold: f64,
    /// The cluster of each message that was seen: logs repeat themselves.
    messages: Map<&'a str, Option<usize>>,
    numbers: Map<String, u32>,
    words: Vec<Word>,
    clusters: Vec<Cluster>,
}

struct Word {
    text: String,
    weight: f64,
    /// The clusters whose first message has it.
    clusters: Vec<u32>,
}

struct Cluster {
    /// The words that all messages have in common, in order.
    common: Vec<u32>,
    /// The weight of the first message, against which later ones are measured: so that a cluster doesn't wander off.
    weight: f64,
}

impl<'a> Clusters<'a> {
    /// `threshold` is the part of the words, by weight, that must agree.
    pub(super) fn new(threshold: f64) -> Self {
        Self { threshold, messages: Map::default(), numbers: Map::default(), words: Vec::new(), clusters: Vec::new() }
    }

    /// The cluster of `message`; `None` where it has no words.
    pub(super) fn add(&mut self, message: &'a str, tokens: impl Fn(&str) -> Vec<String>) -> Option<usize> {
        if let Some(cluster) = self.messages.get(message) {
            return *cluster;
        }
        let words: Vec<u32> = tokens(message).into_iter().map(|token| self.word(token)).collect();
        let cluster = (!words.is_empty()).then(|| self.cluster(words));
        self.messages.insert(message, cluster);
        cluster
    }

    /// The words of each cluster.
    pub(super) fn words(&self) -> impl Iterator<Item = Vec<&str>> {
        self.clusters
            .iter()
            .map(|cluster| cluster.common.iter().map(|word| self.words[*word as usize].text.as_str()).collect())
    }

    fn word(&mut self, token: String) -> u32 {
        if let Some(number) = self.numbers.get(&token) {
            return *number;
        }
        let number = self.words.len() as u32;
        // Words of letters say what a message is about; the rest rather whom or which.
        let letters = token.chars().all(|c| c.is_alphabetic() || c == '_');
        let weight = if letters && token.chars().nth(1).is_some() { 3.0 } else { 1.0 };
        self.numbers.insert(token.clone(), number);
        self.words.push(Word { text: token, weight, clusters: Vec::new() });
        number
    }

    fn weight(&self, words: &[u32]) -> f64 {
        words.iter().map(|word| self.words[*word as usize].weight).sum()
    }

    fn cluster(&mut self, words: Vec<u32>) -> usize {
        let weight = self.weight(&words);
        let mut best: Option<(f64, usize, Vec<u32>)> = None;
        for number in self.candidates(&words, weight) {
            let cluster = &self.clusters[number];
            let larger = weight.max(cluster.weight);
            if weight.min(cluster.weight) < self.threshold * larger {
                continue;
            }
            let common = common_words(&cluster.common, &words);
            let similarity = self.weight(&common) / larger;
            if similarity >= self.threshold && best.as_ref().is_none_or(|(known, ..)| similarity > *known) {
                best = Some((similarity, number, common));
            }
        }
        if let Some((_, number, common)) = best {
            self.clusters[number].common = common;
            return number;
        }
        let number = self.clusters.len();
        for word in &words {
            let clusters = &mut self.words[*word as usize].clusters;
            if clusters.last() != Some(&(number as u32)) {
                clusters.push(number as u32);
            }
        }
        self.clusters.push(Cluster { common: words, weight });
        number
    }

    /// Every cluster that may be similar enough: a similar one has at least one of any words that together weigh more
    /// than may differ. The rarest are taken.
    fn candidates(&self, words: &[u32], weight: f64) -> Vec<usize> {
        let mut rarest: Vec<&Word> = words.iter().map(|word| &self.words[*word as usize]).collect();
        rarest.sort_by_key(|word| word.clusters.len());
        let mut left = (1.0 - self.threshold) * weight;
        let mut candidates = Vec::new();
        for word in rarest {
            candidates.extend(word.clusters.iter().map(|number| *number as usize));
            left -= word.weight;
            if left < 0.0 {
                break;
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

/// The longest list of words that both have in the same order.
fn common_words(a: &[u32], b: &[u32]) -> Vec<u32> {
    let width = b.len() + 1;
    let mut lengths = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            lengths[i * width + j] = if a[i] == b[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut common) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            common.push(a[i]);
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_keep_their_order() {
        assert_eq!(common_words(&[1, 2, 3, 4], &[2, 9, 4, 1]), [2, 4]);
        assert_eq!(common_words(&[], &[1]), [0u32; 0]);
    }

    #[test]
    fn a_cluster_does_not_wander_off() {
        let split = |text: &str| text.split(' ').map(str::to_owned).collect();
        let mut clusters = Clusters::new(0.7);
        let messages = ["aa bb cc dd", "aa bb cc ee", "aa bb xx ee", "aa yy xx ee"];
        let numbers: Vec<_> = messages.iter().map(|m| clusters.add(m, split)).collect();
        assert_eq!(numbers, [Some(0), Some(0), Some(1), Some(1)]);
    }
}
