package cmd_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/chromedp/chromedp/kb"

	"zegel/cmd/zegel/demo"
	"zegel/install/programmes"
)

func TestZZ(t *testing.T) {
	c := newChain(t)
	s := browserShop(t, demo.ShopConfig{Binary: c.binary, Programme: programmes.WithRewards("Winkel", "29", "1.00"), Office: c.office.URL()})
	c.join(s)
	d := &shift{office: c.office, anna: hire(t, s, "Anna"), bas: hire(t, s, "Bas", "--manager"), carola: hire(t, s, "Carola")}
	d.till = openTill(t, s)
	d.types(d.anna.Type + kb.Enter)
	d.reads("Anna")
	d.scan(demo.Card(79))
	d.reads("…"+demo.Card(79)[9:], "Nieuwe kaart")
	d.types("*")
	d.reads("Naam (mag leeg blijven)", "Lees voor en vink aan wat de klant wil:")
	d.types("Fatima de Vries" + kb.Tab + phone + kb.Tab + kb.Tab + "5" + kb.Tab + " " + kb.Enter)
	d.reads("Nieuw lid ingeschreven.", "Fatima de Vries", "Lid")
	d.do(chromedp.Sleep(500 * time.Millisecond))
	t.Log(eval[string](d.tab, `document.activeElement.outerHTML`))
	eval[bool](d.tab, `window.L = []; for (const k of ['keydown','keypress','beforeinput','input','keyup']) window.addEventListener(k, (e) => L.push([k, e.key ?? e.data, e.defaultPrevented, e.target.id, !!document.querySelector('dialog[open]')].join(' '))); true`)
	for _, k := range "1500" {
		d.types(string(k))
		t.Log(eval[string](d.tab, `document.activeElement.id + ' ' + document.getElementById('field').value + ' ' + document.body.className + L.join('; ')`))
	}
}
