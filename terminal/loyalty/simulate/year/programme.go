package year

// Programme is a programme that such a shop may have, as its file: points for
// money and for flowers, stamps for coffee, a tier, offers with limits of a
// member and of the terminal, and something for new members and who brings them.
const Programme = `
version = 1
name = "Sparen"
currency = "EUR"
zone = "Europe/Amsterdam"

[[card]]
name = "klantenkaart"
class = "gtin"
prefixes = ["29"]

[[wallet]]
name = "punten"
units = { nl = ["punt", "punten"] }
expires = "end of next year"
worth = "4.00"

[[wallet]]
name = "zegels"
units = { nl = ["zegel", "zegels"] }
kind = "stamps"
expires = "6 months"
worth = "250.00"

[base]
exclude_preset = ["nl"]

[[earn]]
name = "basis"
wallet = "punten"
points = 1
per = "1.00"

[[group]]
name = "acties"
combine = "best"

[[earn]]
name = "woensdag"
wallet = "punten"
counts = "multiple"
factor = 2
multiplies = ["basis"]
group = "acties"
if = { weekdays = ["wed"] }

[[earn]]
name = "koffie"
wallet = "zegels"
counts = "units"
points = 1
per = 1
rounding = "floor"
lines = { categories = ["koffie"] }
caps = [{ points = 4, per = "day" }]

[[earn]]
name = "bloemen"
wallet = "punten"
points = 10
counts = "order"
per = 1
bonus = true
rounding = "floor"
lines = { categories = ["bloemen"] }
caps = [{ times = 2, per = "month" }]

[[ladder]]
name = "status"
on = "spend"
window = "12 months"
keeps = "12 months"
[[ladder.level]]
name = "goud"
from = 1000
multiply = "1.5"

[[earn]]
name = "welkom"
wallet = "punten"
points = 100
per = 1
counts = "order"
event = "enrolled"
rounding = "floor"

[[earn]]
name = "vriend"
wallet = "punten"
points = 250
per = 1
counts = "order"
bonus = true
referrer = true
rounding = "floor"
if = { first_purchase = true, referred = true }

[[earn]]
name = "vroeg"
wallet = "zegels"
points = 1
per = 1
counts = "order"
bonus = true
rounding = "floor"
if = { hours = ["08:00-09:00"] }
caps = [{ times = 5, per = "day", of = "terminal" }]

[[segment]]
name = "vaak"
on = "visits"
days = 28
min = 8

[[earn]]
name = "vaste klant"
wallet = "punten"
points = 5
per = 1
counts = "order"
bonus = true
rounding = "floor"
if = { segments = ["vaak"] }
caps = [{ points = 20, per = "week" }]

[[reward]]
name = "Korting"
wallet = "punten"
kind = "per-point"
points = 1
value = "0.01"
block = 50
minimum = 100
max_percent = 50

[[reward]]
name = "Mok"
wallet = "zegels"
kind = "fixed"
points = 10
`
