package scene

import (
	"slices"
	"strings"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/programme"
)

// Selects reports whether a selector selects a line, whatever the programme
// excludes.
func Selects(r programme.Rules, sel programme.Selector, l basket.Line) bool {
	return selects(r, sel, l, len(r.Sets))
}

// selects looks at sets at most so deep: valid rules have none that is in itself.
func selects(r programme.Rules, sel programme.Selector, l basket.Line, deep int) bool {
	return selected(r, sel, l, deep) && (sel.Not == nil || sel.Not.IsZero() || !selects(r, *sel.Not, l, deep))
}

func selected(r programme.Rules, sel programme.Selector, l basket.Line, deep int) bool {
	if empty(sel) {
		return true
	}
	if slices.ContainsFunc(sel.Products, func(p string) bool { return isProduct(p, l.Product) }) ||
		l.Category != "" && slices.Contains(sel.Categories, l.Category) || l.Kind != "" && slices.Contains(sel.Kinds, l.Kind) ||
		slices.ContainsFunc(sel.Tags, func(t string) bool { return slices.Contains(l.Tags, t) }) {
		return true
	}
	return deep > 0 && slices.ContainsFunc(sel.Sets, func(name string) bool {
		at := slices.IndexFunc(r.Sets, func(s programme.Set) bool { return s.Name == name })
		return at >= 0 && selects(r, r.Sets[at].Selector, l, deep-1)
	})
}

// empty reports whether a selector names nothing, so that it is all lines.
func empty(s programme.Selector) bool {
	return len(s.Products)+len(s.Categories)+len(s.Tags)+len(s.Kinds)+len(s.Sets) == 0
}

func isProduct(pattern, product string) bool {
	if product == "" {
		return false
	}
	if begin, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(product, begin)
	}
	return pattern == product
}

// Excluded reports whether the programme excludes a line from everything.
func Excluded(r programme.Rules, l basket.Line) bool {
	return !r.Base.Excluded.IsZero() && Selects(r, r.Base.Excluded, l)
}

// Discount reports whether a line is a discount of the till's, not goods.
func Discount(l basket.Line) bool {
	return l.Kind == "discount" || l.Amount < 0 && l.Product == ""
}
