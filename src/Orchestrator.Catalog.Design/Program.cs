Console.WriteLine("This project gives 'dotnet ef' a context of the catalog: eng/catalog-migration.sh NAME makes a migration.");
