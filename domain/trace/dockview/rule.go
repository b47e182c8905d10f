package dockview

import (
	"fmt"
	"slices"

	"pedigree/domain/trace/tiview"
	"pedigree/format/dscsa"
)

// Rules of what is found at the dock. A rule is never given another meaning.
const (
	RuleMissing          = "dock/missing"
	RuleNotArrived       = "dock/not-arrived"
	RuleConcealed        = "dock/concealed-shortage"
	RuleOverage          = "dock/overage"
	RuleUnexpectedSerial = "dock/unexpected-serial"
	RuleWrongParent      = "dock/wrong-parent"
	RuleLot              = "dock/lot"
	RuleExpiry           = "dock/expiry"
	RuleExpired          = "dock/expired"
	RuleNoData           = "dock/product-no-data"
	RuleNoOffer          = "dock/no-offer"
	RuleDamaged          = "dock/damaged"
	RuleUnreadable       = "dock/unreadable"
	RuleNoSerial         = "dock/no-serial"
	RuleHere             = "dock/already-here"
	RuleOtherSession     = "dock/other-session"
	RuleOtherDelivery    = "dock/other-delivery"
	RuleSeller           = "dock/seller-not-authorised"
	RuleStopped          = "dock/stopped"
	RuleCorrected        = "dock/corrected"
	RuleCorrectedAway    = "dock/corrected-away"
)

// remedies are the category, scenario and request of the case that each rule leads to.
var remedies = map[string]dscsa.Remedy{
	RuleMissing:          {Category: dscsa.DataNoProduct, Scenario: "2.1A", Resolution: dscsa.SendProduct},
	RuleConcealed:        {Category: dscsa.DataNoProduct, Scenario: "2.2", Resolution: dscsa.CreditAccount},
	RuleNotArrived:       {Category: dscsa.DataNoProduct, Scenario: "2.3", Resolution: dscsa.SendProduct},
	RuleOverage:          {Category: dscsa.ProductNoData, Scenario: "1.1A", Resolution: dscsa.SendNewData},
	RuleUnexpectedSerial: {Category: dscsa.DataIssue, Scenario: "1.4A", Resolution: dscsa.SendNewData},
	RuleWrongParent:      {Category: dscsa.DataIssue, Scenario: "1.4A", Resolution: dscsa.SendNewData},
	RuleLot:              {Category: dscsa.DataIssue, Scenario: "1.2", Resolution: dscsa.SendNewData},
	RuleExpiry:           {Category: dscsa.DataIssue, Scenario: "1.2", Resolution: dscsa.SendNewData},
	RuleNoData:           {Category: dscsa.ProductNoData, Scenario: "1.5", Resolution: dscsa.SendNewData},
	RuleNoOffer:          {Category: dscsa.ProductNoData, Scenario: "1.1A", Resolution: dscsa.SendNewData},
	RuleDamaged:          {Category: dscsa.Packaging, Scenario: "3.1A", Resolution: dscsa.ReturnProduct},
	RuleCorrected:        {Category: dscsa.DataIssue, Scenario: "1.2", Resolution: dscsa.SendNewData},
	RuleCorrectedAway:    {Category: dscsa.DataIssue, Scenario: "1.4A", Resolution: dscsa.SendNewData},
	RuleSeller:           {Category: dscsa.Unavailable, Scenario: "5.x", Resolution: dscsa.ReturnProduct},
	RuleStopped:          {Category: dscsa.Unavailable, Scenario: "5.x", Resolution: dscsa.ReturnProduct},
}

// Rules are the rules that lead to a case, and those of single scans.
func Rules() []string {
	list := []string{RuleExpired, RuleUnreadable, RuleNoSerial, RuleHere, RuleOtherSession}
	for rule := range remedies {
		list = append(list, rule)
	}
	slices.Sort(list)
	return list
}

// remedyOf is the case that a finding leads to; what any verdict stops is unavailable
// for distribution.
func remedyOf(rule string) dscsa.Remedy {
	if r, own := remedies[rule]; own {
		return r
	}
	if r, known := tiview.RemedyOf(rule); known && r.Category != "" {
		return r
	}
	return remedies[RuleStopped]
}

func elsewhereText(session int64) string {
	return fmt.Sprintf("Session %d, which is open, expects it.", session)
}
