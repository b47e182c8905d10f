package catalogview

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestTheDutyPageHasEveryGround compares docs/reference/duty.md with the table.
func TestTheDutyPageHasEveryGround(t *testing.T) {
	page, err := os.ReadFile("../../../docs/reference/duty.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, g := range Grounds {
		if row := fmt.Sprintf("| `%s` | %s | %s | %s |\n", g.Code, g.Clause, g.Text, cmp.Or(g.Confirmed, "not confirmed")); !strings.Contains(string(page), row) {
			t.Errorf("docs/reference/duty.md lacks the row\n%s", row)
		}
		rows++
	}
	if have := strings.Count(string(page), "\n| `"); have != rows {
		t.Errorf("docs/reference/duty.md has %d rows, and there are %d grounds", have, rows)
	}
}
