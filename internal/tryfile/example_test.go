package tryfile_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pedigree/internal/tryfile"
)

// A person drops a file that isn't an EPCIS document.
func ExampleCheck() {
	now := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	checked, err := tryfile.Check(context.Background(), strings.NewReader("gtin,serial\n"), tryfile.CheckOptions{Name: "stock.csv", Now: now})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(checked.Complete, checked.Errors)
	fmt.Println(checked.Findings[0])
	// Output:
	// false 1
	// stock.csv:1: error: the document starts with 'g': neither XML nor a JSON object [epcis/not-epcis]; send EPCIS as XML or JSON-LD
}
