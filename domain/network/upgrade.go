package network

import (
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// Upgrade says from which height on which version of the rules is in force.
type Upgrade struct {
	Version uint64
	Height  uint64     // first height at which the version is in force
	Binary  proof.Hash // SHA-256 of the release, or zero
	Text    string
}

// ScheduleUpgrade agrees on a height at which a later version of the rules comes
// in force. The council sends it.
type ScheduleUpgrade struct {
	_       struct{}       `cbor:",toarray"`
	Version uint64         `json:"version"`
	Height  uint64         `json:"height"`
	Binary  ledger.OptHash `json:"binary"` // SHA-256 of the release, if one is named
	Text    string         `json:"text"`
}

// Validate implements ledger.Message.
func (e *ScheduleUpgrade) Validate() error {
	if e.Version <= FirstVersion || e.Version > VersionMax {
		return CodeBadVersion.Errorf("version %d: give %d to %d", e.Version, FirstVersion+1, VersionMax)
	}
	return org.CheckText("text of the upgrade", e.Text, UpgradeTextMax)
}

// Apply implements ledger.Message.
func (e *ScheduleUpgrade) Apply(b *ledger.Block, s ledger.State) error {
	if err := org.RequireCouncil(b, s); err != nil {
		return err
	}
	least, most := b.Height+noticeMin(b)+1, b.Height+HeightsAheadMax
	last, some := UpgradeOf(s)
	switch {
	case some && last.Height > b.Height:
		return CodeUpgradeScheduled.Errorf("version %d is to come at height %d; cancel it first, or schedule this one afterwards", last.Version, last.Height)
	case e.Version <= Version(s, b.Height):
		return CodeBadVersion.Errorf("version %d is not above %d, which is in force; versions only rise", e.Version, Version(s, b.Height))
	case e.Height < least || e.Height > most:
		return CodeBadHeight.Errorf("the upgrade can't come at height %d: give %d to %d, so that every node can be made ready", e.Height, least, most)
	case count(s, upgrades, UpgradesMax) >= UpgradesMax:
		return CodeTooMany.Errorf("the network has had its %d upgrades", UpgradesMax)
	}
	upgrades.Set(s, e.Height, upgrade{Version: e.Version, Binary: e.Binary, Text: e.Text})
	return b.Emit("upgrade-scheduled", e)
}

// CancelUpgrade takes back an upgrade before its height. The council sends it.
type CancelUpgrade struct {
	_       struct{} `cbor:",toarray"`
	Version uint64   `json:"version"`
}

// Validate implements ledger.Message.
func (e *CancelUpgrade) Validate() error { return nil }

// Apply implements ledger.Message.
func (e *CancelUpgrade) Apply(b *ledger.Block, s ledger.State) error {
	if err := org.RequireCouncil(b, s); err != nil {
		return err
	}
	last, some := UpgradeOf(s)
	if !some || last.Version != e.Version || last.Height <= b.Height {
		return CodeNoUpgrade.Errorf("no upgrade to version %d lies ahead of height %d; there is nothing to cancel", e.Version, b.Height)
	}
	upgrades.Delete(s, last.Height)
	return b.Emit("upgrade-cancelled", e)
}

// UpgradeOf returns the latest upgrade that was scheduled and not cancelled. It
// lies ahead while its height is above the present one, and is in force after.
func UpgradeOf(s ledger.State) (Upgrade, bool) {
	var last Upgrade
	Upgrades(s, func(u Upgrade) bool { last = u; return true })
	return last, last.Version != 0
}

// Version returns the version of the rules that is in force at a height, as far as
// this state knows: later entries can change the answer for heights that lie
// ahead only.
func Version(s ledger.State, height uint64) uint64 {
	version := uint64(FirstVersion)
	upgrades.Each(s, nil, func(from uint64, u upgrade) bool {
		if from <= height {
			version = u.Version
		}
		return from <= height
	})
	return version
}

// Upgrades calls fn with every upgrade that was scheduled and not cancelled, by
// height, until fn returns false.
func Upgrades(s ledger.State, fn func(Upgrade) bool) {
	upgrades.Each(s, nil, func(height uint64, u upgrade) bool {
		return fn(Upgrade{Version: u.Version, Height: height, Binary: u.Binary.Hash(), Text: u.Text})
	})
}
