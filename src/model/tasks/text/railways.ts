/** The built-in text, written for this course: short sentences, plain letters, words that return. */
export const railways = `The yard lies at the edge of the town, where the river bends and the hills come down to the water.
Every evening the long trains come in from the coast. Each train is made of many wagons, and every wagon has a place to go.
Some carry grain to the mills. Some carry stone to the new bridge. Some carry letters and parcels, and some come back empty.
A train that comes in is not the train that goes out. In between lies the yard, and the yard is where a train is taken apart and put together again.

First the train is pushed up the hump, a low hill in the middle of the yard. At the top a worker lifts the coupling, and the wagon rolls down by its own weight.
Below the hump the track divides in two. Each of the two divides again, and each of the four divides once more, until there are sixteen tracks side by side.
At each place where the track divides there is a switch. The switch has two thin rails that move from one side to the other. A wagon does not choose its way. The switch chooses for the wagon.
In the tower above the hump sits the woman who sets the switches. She has a list with a line for every wagon. She reads the number, she moves a lever, and far below the rails move with a sound like a small bell.
The wagon goes left, then right, then right, then left, and comes to rest against the others with a soft knock. Then the next wagon rolls down.

If she sends too many wagons to one track, that track is full and the others stand empty. Then the hump has to wait, and behind the hump the trains have to wait, and far away on the coast the ships have to wait.
So she looks at the list and she looks at the tracks. When the third track is long, she sends the next wagon for the mills to the fourth. It will find its way, only a little later.
A good yard is not a yard where every wagon takes the shortest way. A good yard is a yard where all the tracks are in use and nothing stands still.
Her father set the switches before her, with a flag and a whistle. He knew every wagon by its sound. In those days there were six tracks and four men, and a train was a thing you could count on your fingers.
Now there are sixteen tracks and one woman, and in the night there is only a lamp and a clock. But the wagons still roll down the hill one by one, and each one still has to be sent somewhere.

In the morning the engines come. Each engine takes one track of wagons and pulls them out of the yard. The train for the mills goes north along the river. The train for the bridge goes east into the hills. The train for the city goes south, past the fields and the small stations with their flowers and their clocks.
The driver of the north train has made this journey a thousand times. She knows where the line climbs and where it falls, where the deer stand in the evening, and where the rain runs over the rails in the spring.
She does not know the way to the city. She does not need to. The driver of the south train knows it, and he does not know the river. Between them they know the whole country, and neither of them has to know it all.
Once there was a driver who wanted to learn every line. He went north on one day and east on the next. He knew a little about the river and a little about the hills, and he was late everywhere.

There are days when the list is wrong. Then a wagon of stone stands at the door of the mill, and a wagon of grain stands at the bridge, and men shout at each other along the wires.
There are days when a switch is frozen, and every wagon goes to the left. Then the first track fills, and the second stays empty, and soon nobody remembers what the second track was for. The rails grow red with rust. It is hard to bring such a track back to work.
So in the winter the woman in the tower sends a wagon down every track, every night, even when there is no need. It keeps the switches warm, she says. It keeps the rails bright.
And there are days, not many, when everything is right. The list is right, the switches move, the tracks fill evenly, and the last wagon rolls down just as the first engine whistles.
On such a morning she opens the window of the tower and listens. Down in the yard the knock of the wagons comes from all sides at once, from sixteen tracks, like rain on a roof.

A visitor asked her once how she could tell where each wagon belonged. It is written on the list, she said. And who writes the list, asked the visitor.
She thought about it for a while. Nobody writes it, she said. When a wagon arrives late, we draw a line under its number, and the next time we send it by another track. When it arrives in good time, we leave it as it is. After many years the list is almost right.
And at the beginning, asked the visitor. At the beginning, she said, we sent them anywhere, and we watched where they did well.
The visitor looked down at the tracks, the lamps and the slow dark wagons. It is a strange way to learn, he said. It is the only way I know, she said, and moved a lever, and far below a wagon turned to the right.
`;
