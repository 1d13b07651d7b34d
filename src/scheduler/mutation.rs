//! Rules that tests break one by one, to see that the simulation notices. Without the feature `mutations` none is broken
//! and nothing of this is left in the program.

use super::Scheduler;

/// A rule of the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "mutations"),
    allow(unreachable_pub, reason = "public with the feature")
)]
pub enum Mutation {
    /// The report of a run that is not the present one changes nothing.
    StaleRunsAreIgnored,
    /// A dead worker holds nothing.
    HoldersGoWithTheirWorker,
    /// What waits has one more input to wait for when one is lost.
    LossesAreCounted,
    /// A run that shall stop keeps its slot until its worker has said something about it.
    SlotsAreKept,
    /// What a run took of a resource is given back.
    ResourcesAreReturned,
    /// A call that equals a cancelled one begins anew.
    CancelledCallsAreNotShared,
    /// An input stays as long as something waits for it.
    WaitersProtectInputs,
    /// A suspect runs with nothing beside it.
    SuspectsRunAlone,
    /// A client's wish is its own.
    WishesAreByClient,
    /// A retry is used up by a failure.
    RetriesAreUsedUp,
    /// A run whose inputs were missing has not failed.
    MissingInputsAreNoFailure,
    /// Only a run that is certain to have killed its worker is blamed.
    OnlyTheCertainCulpritIsBlamed,
    /// Others are told of a death, and wait for the dead no more.
    DeathsAreTold,
    /// A task runs only where its options allow.
    PlacesAreRespected,
    /// A worker that turns out not to have a result is no holder of it.
    MissingDataIsMadeAgain,
}

#[cfg(feature = "mutations")]
impl Mutation {
    /// Every rule that can be broken.
    pub const ALL: [Mutation; 15] = [
        Mutation::StaleRunsAreIgnored,
        Mutation::HoldersGoWithTheirWorker,
        Mutation::LossesAreCounted,
        Mutation::SlotsAreKept,
        Mutation::ResourcesAreReturned,
        Mutation::CancelledCallsAreNotShared,
        Mutation::WaitersProtectInputs,
        Mutation::SuspectsRunAlone,
        Mutation::WishesAreByClient,
        Mutation::RetriesAreUsedUp,
        Mutation::MissingInputsAreNoFailure,
        Mutation::OnlyTheCertainCulpritIsBlamed,
        Mutation::DeathsAreTold,
        Mutation::PlacesAreRespected,
        Mutation::MissingDataIsMadeAgain,
    ];
}

impl Scheduler {
    /// Breaks a rule from now on.
    #[cfg(feature = "mutations")]
    pub fn break_rule(&mut self, rule: Mutation) {
        self.mutation = Some(rule);
    }

    /// Whether a test broke that rule.
    #[cfg(feature = "mutations")]
    pub(super) fn broken(&self, rule: Mutation) -> bool {
        self.mutation == Some(rule)
    }

    /// Whether a test broke that rule.
    #[cfg(not(feature = "mutations"))]
    pub(super) const fn broken(&self, _: Mutation) -> bool {
        false
    }
}
