package verdict_test

import (
	"fmt"
	"time"

	"pedigree/domain/trace/traceview/verdict"
)

// A pack is proved to its maker, and its lot was recalled: the recall decides.
func ExampleSum() {
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	ledger := verdict.Basis{Known: verdict.Proved, AsOf: at, Height: 7, Source: "ledger"}
	a := verdict.Sum("/01/00399991123455/21/1", at, 7, []verdict.Fact{
		verdict.New(verdict.RuleCustodyProved, "/01/00399991123455/21/1", "It is yours.", ledger),
		verdict.New(verdict.RuleRecalled, "/01/00399991123455/21/1", "It is under recall number 1.", ledger),
	})
	fmt.Println(a.Word.Label(), a.Text)
	fmt.Println(a.Next)
	// Output:
	// STOP It is under recall number 1.
	// put it in quarantine; don't dispense or ship it; send it back as a return
}
