package deadline_test

import (
	"fmt"
	"time"
	_ "time/tzdata"

	"pedigree/domain/trace/caseview/deadline"
)

// A State asks a wholesaler in Chicago for transaction information on the day before
// Thanksgiving: the next business day is Friday, and 48 hours end on Friday too.
func ExampleOf() {
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		fmt.Println(err)
		return
	}
	received := time.Date(2026, 11, 25, 12, 0, 0, 0, zone)
	due := deadline.Of(received, deadline.For(deadline.TraceTrader), zone, deadline.Federal())
	for _, each := range due.All {
		fmt.Println(each.At.In(zone).Format("Mon 15:04"), each.Rule.Name)
	}
	// Output:
	// Fri 12:00 trace/one-business-day
	// Fri 12:00 trace/48-hours
}
