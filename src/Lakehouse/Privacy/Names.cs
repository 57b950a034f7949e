namespace Lakehouse.Privacy;

/// <summary>Given names and surnames that are common where this list was written by hand; most people elsewhere have others.</summary>
internal static class Names
{
    private const string GivenText =
        """
        aaron adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alfred ali alice alison amanda amy ana anders andrea andreas andrew angela anita ann anna anne annika anthony
        antonio arthur barbara beatriz benjamin bernard bernd beth birgit brian bruce bruno camille carl carla carlos carmen carol caroline catherine cecilia charles charlotte chen chloe chris christian
        christina christine christopher claire clara claudia colin cristina daniel daniela david deborah dennis diana diego dieter dmitri dominik donald dorothy douglas edith eduardo edward elena eleni
        elif elisabeth elise elizabeth ella emil emily emma eric erik erika ernst esther eva evelyn fabian fatima felix fernando fiona frances francesca francesco francisco francois frank frederic
        friedrich gabriel gabriela gary george georg gerald gerhard gianni giorgio giovanni giulia gloria grace greta guillaume gustavo hannah hans harald harold harry hasan heather heidi heinrich helen
        helena helga henrik henry hiroshi hugo ian ibrahim igor ines ingrid irene isabel isabella ivan jack jacob jacqueline jakob james jan jane janet jason javier jean jennifer jens jessica jim joan
        joanna joao joe johan johanna john jonas jonathan jorge jose joseph josef joshua juan judith julia julian julie juliette jurgen justin karen karin karl katarina kate katherine kathleen katrin
        keith kenneth kevin klaus kristina lars laura lauren laurent lea lena leo leon leonardo leonie liam lily linda lisa louis louise luca lucas lucia lucie luis luisa lukas magdalena manuel manuela
        marc marcel marco marcus margaret margarita maria marie marina mario marion mark markus marta martha martin martina mary mateo mathieu matthew matthias maurice max maximilian mehmet melanie
        melissa mia michael michel michelle miguel mika mikhail mohamed mohammed monica monika muhammad nadia nancy natalia natalie nathan nicholas nicole nikolai nils nina noah nora olga oliver olivia
        oscar pablo pamela paolo patricia patrick paul paula pedro peter petra philip philipp pierre pietro priya rachel rafael rainer raj ralf ralph ramon raphael raymond rebecca ricardo richard rita
        robert roberto robin roger roland roman ronald rosa rosemary ruth ryan sabine samantha samuel sandra sara sarah scott sean sebastian sergei silvia simon simone sofia sofie sonia sophia sophie
        stefan stefanie stella stephanie stephen steven stuart susan susanne sven sylvie takashi tamara tanja teresa theo theresa thomas tim timothy tobias tom tomas ulrich ulrike ursula valentina
        valerie vanessa vera veronica victor victoria vincent viktor virginia vladimir walter wei werner wilhelm william wolfgang yasmin yuki yusuf yvonne zoe
        """;

    private const string FamilyText =
        """
        adams ahmed ali allen almeida alvarez anderson andersen andersson bailey baker barbieri barnes bauer becker bell bennett berg bernard bianchi brooks brown bruno butler campbell carter castro
        chen clark collins colombo conti cook cooper costa cox cruz davies davis dias diaz dubois dupont durand edwards esposito evans fernandes fernandez ferrari fischer flores fontana foster fournier
        fox garcia gomez gonzalez gray greco green griffin gruber gupta hall hansen harris hartmann hayes henderson hernandez herrmann hill hoffmann howard hughes ivanov jackson jansen jansson jenkins
        jensen jimenez johansson johnson jones kaiser kaya kelly khan kim king klein koch kowalski kramer krause krueger kumar lambert lange larsen larsson laurent lee lefebvre lehmann lewis li lin
        lombardi lopes lopez martin martinez marino martins mayer meier mendes mendoza mercier meyer michel miller mitchell moore morales moreau moreno morgan morris mueller muller murphy murray nelson
        neumann nguyen nielsen nilsson novak nowak olsen olsson ortiz parker patel pavlov pereira perez persson peters petersen peterson petit petrov phillips pinto popov powell price ramirez ramos
        reed reyes ricci richardson richter rivera roberts robinson rodrigues rodriguez rogers romano rossi roux roy ruiz russo sanchez sanders santos sato schaefer schmid schmidt schmitz schneider
        scholz schroeder schulz schwarz scott sharma silva simon singh smirnov smith sokolov sousa stewart sullivan suzuki svensson tanaka taylor thomas thompson torres tran turner vogel wagner walker
        walter wang ward watanabe watson weber weiss werner white williams wilson winkler wolf wood wright yamamoto yang yildiz yilmaz young zhang zimmermann
        """;

    private static readonly HashSet<string> Given = Words(GivenText);
    private static readonly HashSet<string> Family = Words(FamilyText);
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> GivenLookup = Given.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> FamilyLookup = Family.GetAlternateLookup<ReadOnlySpan<char>>();

    // What follows a given name in names of places and things.
    private static readonly HashSet<string> NotFamily = Words("county city town village street road avenue lane drive court park island islands beach bay harbour harbor hotel river lake falls springs creek hill hills valley mountain mount coast forest field "
        + "fields school college university hospital church bag chair table dress lamp set box design collection parish square bridge station airport district province state region north south east west");

    /// <summary>A given name or a surname.</summary>
    public static bool IsPart(ReadOnlySpan<char> word) => GivenLookup.Contains(word) || FamilyLookup.Contains(word);

    /// <summary>Two to four words, one of them a known given name in its place, and none a thing: <c>Anna Schmidt</c>, <c>SCHMIDT, Anna M.</c></summary>
    public static bool IsFull(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[6];
        var count = text.SplitAny(parts, " \u00A0", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (count is < 2 or > 4)
        {
            return false;
        }

        foreach (var range in parts[..count])
        {
            var word = text[range].TrimEnd(",.").ToString();
            if (word.Length == 0 || !word.All(c => char.IsLetter(c) || c is '-' or '\'' or '’') || !char.IsUpper(word[0]) || NotFamily.Contains(word))
            {
                return false;
            }
        }

        var first = text[parts[0]];
        return first.EndsWith(",")
            ? GivenLookup.Contains(text[parts[1]].TrimEnd(",."))
            : GivenLookup.Contains(first.TrimEnd(".")) || (FamilyLookup.Contains(first) && GivenLookup.Contains(text[parts[count - 1]]));
    }

    private static HashSet<string> Words(string text) => new(text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
