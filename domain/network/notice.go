//go:build !upgradetest

package network

import "pedigree/ledger"

// noticeMin is how many heights lie between the decision and the upgrade at least.
func noticeMin(*ledger.Block) uint64 { return UpgradeNoticeMin }
