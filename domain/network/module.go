package network

import "pedigree/ledger"

const moduleName = "network"

// Module is the rules of the network as data.
func Module() ledger.Module {
	return ledger.Module{
		Name:  moduleName,
		Needs: []string{"org"},
		Entries: []ledger.EntryKind{
			ledger.Entry[PublishPeer]("publish-peer"),
			ledger.Entry[WithdrawPeer]("withdraw-peer"),
			ledger.Entry[PublishMailbox]("publish-mailbox"),
			ledger.Entry[RotateSeal]("rotate-seal"),
			ledger.Entry[WithdrawMailbox]("withdraw-mailbox"),
			ledger.Entry[AdoptDocument]("adopt-document"),
			ledger.Entry[ScheduleUpgrade]("schedule-upgrade"),
			ledger.Entry[CancelUpgrade]("cancel-upgrade"),
		},
		Events: []string{
			"peer-published", "peer-withdrawn", "mailbox-published", "seal-rotated", "mailbox-withdrawn", "document-adopted",
			"upgrade-scheduled", "upgrade-cancelled",
		},
		Maps:       []ledger.MapInfo{peers.Info(), nodes.Info(), mailboxes.Info(), documents.Info(), upgrades.Info()},
		Codes:      Codes(),
		Invariants: invariants(),
		Begin:      begin,
	}
}
