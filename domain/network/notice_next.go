//go:build upgradetest

package network

import "pedigree/ledger"

// noticeMin is the rule that changes in the program that stands for a later release
// in tests: from the second version on members have twice as long.
func noticeMin(b *ledger.Block) uint64 {
	if b.Version > ledger.FirstVersion {
		return 2 * UpgradeNoticeMin
	}
	return UpgradeNoticeMin
}
