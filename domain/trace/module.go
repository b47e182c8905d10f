package trace

import "pedigree/ledger"

// Module is the custody rules as data.
func Module() ledger.Module {
	return ledger.Module{
		Name:  "trace",
		Needs: []string{"org"},
		Entries: []ledger.EntryKind{
			ledger.Entry[Commission]("commission"),
			ledger.Entry[Box]("box"),
			ledger.Entry[Open]("open"),
			ledger.Entry[Pack]("pack"),
			ledger.Entry[Unpack]("unpack"),
			ledger.Entry[Ship]("ship"),
			ledger.Entry[Receive]("receive"),
			ledger.Entry[Reject]("reject"),
			ledger.Entry[Reclaim]("reclaim"),
			ledger.Entry[End]("end"),
			ledger.Entry[Flag]("flag"),
			ledger.Entry[Reenter]("reenter"),
			ledger.Entry[Transform]("transform"),
			ledger.Entry[RecallEntry]("recall"),
			ledger.Entry[Extend]("extend"),
			ledger.Entry[Answer]("answer"),
			ledger.Entry[Recover]("recover"),
			ledger.Entry[FinishRecovery]("finish-recovery"),
			ledger.Entry[Veto]("veto"),
			ledger.Entry[Post]("post"),
		},
		Events: []string{
			"commissioned", "opened", "packed", "unpacked", "shipped", "received", "rejected", "reclaimed", "ended", "flagged",
			"reentered", "transformed", "recalled", "answered", "recovering", "recovered", "vetoed", "posted", "pruned",
		},
		Maps: []ledger.MapInfo{
			records.Info(), origins.Info(), recalls.Info(), recoveries.Info(), freezes.Info(), counters.Info(), pruneDue.Info(),
		},
		Codes:      Codes(),
		Invariants: invariants(),
		End:        prune,
	}
}
