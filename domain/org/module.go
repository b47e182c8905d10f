package org

import "pedigree/ledger"

const moduleName = "org"

// Module is the member rules as data.
func Module() ledger.Module {
	return ledger.Module{
		Name: moduleName,
		Entries: []ledger.EntryKind{
			ledger.Entry[Propose]("propose"),
			ledger.Entry[Approve]("approve"),
			ledger.Entry[Reject]("reject"),
			ledger.Entry[Withdraw]("withdraw"),
			ledger.Entry[Admit]("admit"),
			ledger.Entry[Suspend]("suspend"),
			ledger.Entry[Reinstate]("reinstate"),
			ledger.Entry[Remove]("remove"),
			ledger.Entry[SetRoles]("set-roles"),
			ledger.Entry[GrantPrefix]("grant-prefix"),
			ledger.Entry[WithdrawPrefix]("withdraw-prefix"),
			ledger.Entry[SetValidator]("set-validator"),
			ledger.Entry[SetParams]("set-params"),
			ledger.Entry[SetQuorum]("set-quorum"),
			ledger.Entry[AddKey]("add-key"),
			ledger.Entry[RetireKey]("retire-key"),
			ledger.Entry[DeclareCompromised]("declare-compromised"),
			ledger.Entry[SetIdentifiers]("set-identifiers"),
			ledger.Entry[DelegatePrefix]("delegate-prefix"),
			ledger.Entry[EndDelegation]("end-delegation"),
			ledger.Entry[RecordLicence]("record-licence"),
			ledger.Entry[RevokeLicence]("revoke-licence"),
			ledger.Entry[RenewLicence]("renew-licence"),
			ledger.Entry[Recover]("recover"),
			ledger.Entry[VetoRecovery]("veto-recovery"),
			ledger.Entry[FinishRecovery]("finish-recovery"),
			ledger.Entry[AcceptDelegation]("accept-delegation"),
		},
		Events: []string{
			"proposed", "approved", "rejected", "withdrawn", "decided", "failed", "lapsed", "admitted", "suspended", "reinstated", "removed",
			"roles-set", "prefix-granted", "prefix-withdrawn", "validator-set", "params-set", "quorum-set", "key-added", "key-retired",
			"key-compromised", "identifiers-set", "prefix-delegated", "delegation-ended", "licence-recorded", "licence-revoked", "licence-renewed",
			"recovery-opened", "recovery-vetoed", "recovered", "prefix-offered",
		},
		Maps: []ledger.MapInfo{
			members.Info(), companies.Info(), proposals.Info(), votes.Info(), validators.Info(), councils.Info(), keyOwners.Info(), identifiers.Info(),
			recoveries.Info(), offers.Info(), lapses.Info(),
		},
		Codes:      Codes(),
		Invariants: invariants(),
		Begin:      begin,
	}
}
